package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// goTo loads a page of the server.
func (p *tab) goTo(path string) {
	p.t.Helper()
	if err := p.try(chromedp.Navigate(p.server.URL(path))); err != nil {
		p.t.Fatalf("go to %s: %v", path, err)
	}
}

// reload loads the page again, as a person would.
func (p *tab) reload() {
	p.t.Helper()
	p.must(p.try(chromedp.Reload()))
}

// click clicks the first element of a CSS selector, or of an XPath that begins with
// a slash, once it can be seen, stays where it is and nothing covers it.
func (p *tab) click(what string) {
	p.t.Helper()
	var at, before []float64
	if !p.comes(func() bool {
		before = at
		var err error
		at, err = tryAsk[[]float64](p, `(`+place+`)(%s)`, what)
		return err == nil && at != nil && slices.Equal(at, before)
	}) {
		p.t.Fatalf("waited %s in vain to click %s", patience, what)
	}
	if p.device.phone {
		p.must(p.try(chromedp.TapXY(at[0], at[1])))
	} else {
		p.must(p.try(chromedp.MouseClickXY(at[0], at[1])))
	}
}

// place is a function that finds an element and returns the middle of what is
// seen of it, null while there is nothing to click.
const place = `what => {
	const found = what.startsWith("/")
		? document.evaluate(what, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE)
		: document.querySelectorAll(what)
	for (let i = 0; i < (found.snapshotLength ?? found.length); i++) {
		const element = found.snapshotItem?.(i) ?? found[i]
		if (!element.checkVisibility({ visibilityProperty: true })) continue
		const inside = r => r.top >= 0 && r.left >= 0 && r.bottom <= innerHeight && r.right <= innerWidth
		if (!inside(element.getBoundingClientRect())) element.scrollIntoView({ block: "center", behavior: "instant" })
		const { left, top, width, height } = element.getClientRects()[0] ?? {}
		const x = left + width / 2, y = top + height / 2
		const hit = document.elementFromPoint(x, y)
		if (hit && (element.contains(hit) || hit.closest("label")?.control === element)) return [ x, y ]
	}
	return null
}`

// press clicks the button, link or summary that says words.
func (p *tab) press(words string) {
	p.t.Helper()
	p.click(saying("*[self::button or self::a or self::summary]", words))
}

// saying is the XPath of an element that says exactly words, aloud or in its label.
func saying(element, words string) string {
	quoted := xpathText(words)
	return fmt.Sprintf(`//main//%s[normalize-space(.)=%s or @aria-label=%[2]s]`, element, quoted)
}

// xpathText quotes words for an XPath, which has no escapes.
func xpathText(words string) string {
	if !strings.Contains(words, "'") {
		return "'" + words + "'"
	}
	return `concat('` + strings.ReplaceAll(words, `'`, `',"'",'`) + `')`
}

// fill replaces what is in a field.
func (p *tab) fill(field, words string) {
	p.t.Helper()
	p.click(field)
	p.until(field+" takes words", `(document.querySelector(%s).select(), document.activeElement === document.querySelector(%[1]s))`, field)
	if words == "" {
		p.key(backspace)
		return
	}
	p.insert(words)
}

// insert enters words where the caret is, as pasting does.
func (p *tab) insert(words string) {
	p.t.Helper()
	p.must(p.try(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: words})
		return err
	})))
}

// The keys that journeys press, as DOM events name them.
var (
	enter     = input.DispatchKeyEventParams{Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, Text: "\r"}
	escape    = input.DispatchKeyEventParams{Key: "Escape", Code: "Escape", WindowsVirtualKeyCode: 27}
	backspace = input.DispatchKeyEventParams{Key: "Backspace", Code: "Backspace", WindowsVirtualKeyCode: 8}
)

// key presses a key and lets it go.
func (p *tab) key(k input.DispatchKeyEventParams) {
	p.t.Helper()
	p.must(p.try(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		k.Type = input.DispatchKeyEventTypeKeyDown
		if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, k); err != nil {
			return err
		}
		k.Type, k.Text = input.DispatchKeyEventTypeKeyUp, ""
		_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, k)
		return err
	})))
}

// ask evaluates a JavaScript expression in the page. In the expression, %s and
// the like stand for args as JSON.
func ask[T any](p *tab, expression string, args ...any) T {
	p.t.Helper()
	value, err := tryAsk[T](p, expression, args...)
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

func tryAsk[T any](p *tab, expression string, args ...any) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](filled(expression, args), chromedp.EvalAwaitPromise))
}

func filled(expression string, args []any) string {
	if len(args) == 0 {
		return expression
	}
	quoted := make([]any, len(args))
	for i, arg := range args {
		text, err := json.Marshal(arg)
		if err != nil {
			panic(err) // a test passes strings and numbers
		}
		quoted[i] = string(text)
	}
	return fmt.Sprintf(expression, quoted...)
}

// until waits until an expression is true.
func (p *tab) until(what, expression string, args ...any) {
	p.t.Helper()
	if !p.comes(func() bool {
		yes, err := tryAsk[bool](p, `Boolean(`+expression+`)`, args...)
		return err == nil && yes // an error is a page that is just going away
	}) {
		p.t.Fatalf("waited %s in vain: %s", patience, what)
	}
}

// comes waits until is answers true, and reports whether it did.
func (p *tab) comes(is func() bool) bool {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if is() {
			return true
		}
	}
	return false
}

// equals waits until an expression has a value, and says what it had otherwise.
func equals[T any](p *tab, what string, want T, expression string, args ...any) {
	p.t.Helper()
	wanted := jsonOf(want)
	var got string
	if !p.comes(func() bool {
		value, err := tryAsk[T](p, expression, args...)
		if err == nil {
			got = jsonOf(value)
		}
		return err == nil && got == wanted
	}) {
		p.t.Fatalf("%s:\n got %s\nwant %s", what, got, wanted)
	}
}

func jsonOf(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // a test compares strings, numbers and lists of them
	}
	return string(text)
}

// sees waits until something can be seen.
func (p *tab) sees(css string) {
	p.t.Helper()
	p.until(css+" can be seen", visible, css)
}

// seesNot waits until nothing of that kind can be seen.
func (p *tab) seesNot(css string) {
	p.t.Helper()
	p.until(css+" is gone", `!(`+visible+`)`, css)
}

const visible = `[...document.querySelectorAll(%s)].some(e => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 1)`

// says waits until an element's text is words.
func (p *tab) says(css, words string) {
	p.t.Helper()
	equals(p, css+" says", words, `document.querySelector(%s)?.innerText.trim() ?? ""`, css)
}

// at waits until the tab has loaded the page of that path.
func (p *tab) at(path string) {
	p.t.Helper()
	p.until("at "+path, `(location.pathname + location.search).startsWith(%s) && document.readyState === "complete"`, path)
}
