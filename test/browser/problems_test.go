package browser

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"ginchat/test/harness"

	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// problems collects what a page must not do: throw, complain in the console,
// break its content security policy, fail to load something, open a dialog, crash.
type problems struct {
	mu        sync.Mutex
	all       []string
	forgiven  []*regexp.Regexp
	addresses map[network.RequestID]string
	frames    []string // what the page sent over its sockets
}

// noServer is what the browser says about a server that is away.
const noServer = `ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|WebSocket connection to|status (of )?503`

// forgive leaves out what matches pattern, now and later.
func (p *problems) forgive(pattern string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forgiven = append(p.forgiven, regexp.MustCompile(pattern))
}

// left returns the problems that are not forgiven.
func (p *problems) left() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var left []string
	for _, problem := range p.all {
		if !p.isForgiven(problem) {
			left = append(left, problem)
		}
	}
	return left
}

func (p *problems) isForgiven(problem string) bool {
	for _, pattern := range p.forgiven {
		if pattern.MatchString(problem) {
			return true
		}
	}
	return false
}

// listen takes an event of the page; it runs on the goroutine that reads them.
func (p *problems) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if sent, ok := event.(*network.EventRequestWillBeSent); ok {
		if p.addresses == nil {
			p.addresses = map[network.RequestID]string{}
		}
		p.addresses[sent.RequestID] = sent.Request.URL
		return
	}
	if sent, ok := event.(*network.EventWebSocketFrameSent); ok {
		p.frames = append(p.frames, string(sent.Response.PayloadData))
	}
	if problem := p.in(event); problem != "" {
		p.all = append(p.all, problem)
	}
}

// sends counts how often words went out over a socket.
func (p *problems) sends(words string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, frame := range p.frames {
		if strings.Contains(frame, words) {
			n++
		}
	}
	return n
}

// in returns what is wrong about an event, "" if nothing is.
func (p *problems) in(event any) string {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		return "uncaught: " + thrown(e.ExceptionDetails)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			return fmt.Sprintf("console.%s: %s", e.Type, arguments(e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			return fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 {
			return fmt.Sprintf("%s: status %d", e.Response.URL, e.Response.Status)
		}
	case *network.EventLoadingFailed:
		// What a page leaves behind when it goes is aborted; without scripts a module is
		// not fetched at all, which has no text.
		if !e.Canceled && e.ErrorText != "net::ERR_ABORTED" && e.ErrorText != "" {
			return fmt.Sprintf("%s: %s", p.addresses[e.RequestID], e.ErrorText)
		}
	case *page.EventJavascriptDialogOpening:
		return "a dialog: " + e.Message
	case *inspector.EventTargetCrashed:
		return "the page crashed"
	}
	return ""
}

func thrown(details *runtime.ExceptionDetails) string {
	if details.Exception != nil && details.Exception.Description != "" {
		return details.Exception.Description
	}
	return fmt.Sprintf("%s (%s:%d)", details.Text, details.URL, details.LineNumber+1)
}

func arguments(args []*runtime.RemoteObject) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = strings.Trim(string(arg.Value)+" "+arg.Description, ` "`)
	}
	return strings.Join(words, " ")
}

// What a page must not do is noticed.
func TestProblemsAreSeen(t *testing.T) {
	t.Parallel()
	page := visit(t, harness.Start(t))
	page.goTo("/user/login.shtml")
	if left := page.problems.left(); len(left) > 0 {
		t.Fatalf("a good page has problems: %q", left)
	}
	for expression, pattern := range map[string]string{
		`console.error("in the console")`:                                                             `console.error: in the console`,
		`setTimeout(() => { throw new Error("thrown") })`:                                             `uncaught: Error: thrown`,
		`document.body.append(Object.assign(document.createElement("script"), { textContent: "1" }))`: `Content Security Policy`,
		`void fetch("/nothing-here")`:                                                                 `nothing-here: status 404`,
	} {
		ask[any](page, `(`+expression+`, null)`)
		if !page.comes(func() bool { return regexp.MustCompile(pattern).MatchString(strings.Join(page.problems.left(), "\n")) }) {
			t.Errorf("%s went unnoticed: %q", expression, page.problems.left())
		}
	}
	page.problems.forgive(`.`)
}
