package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ginchat/test/harness"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long anything that a page is waited for may take: much longer
// than it does on a busy machine.
const patience = 30 * time.Second

// tab is a page in Chromium, and the person in front of it.
type tab struct {
	t        testing.TB
	server   *harness.Server
	device   device
	ctx      context.Context
	problems *problems
}

// device is what a tab is shown on.
type device struct {
	width, height int64
	phone         bool
	dark          bool
	languages     string // as in Accept-Language
	noScript      bool
}

// Everybody sits at a desk, in the light, and reads English, unless an option
// says otherwise.
func desk(d *device)      { d.width, d.height, d.phone = 1280, 800, false }
func phone(d *device)     { d.width, d.height, d.phone = 390, 844, true }
func dark(d *device)      { d.dark = true }
func chinese(d *device)   { d.languages = "zh-CN,zh;q=0.9" }
func noScripts(d *device) { d.noScript = true }

// visit opens an empty tab for a newcomer to the server.
func visit(t testing.TB, server *harness.Server, options ...func(*device)) *tab {
	t.Helper()
	d := device{languages: "en-US,en;q=0.9"}
	desk(&d)
	for _, option := range options {
		option(&d)
	}
	return open(t, server, d, chromium(t), chromedp.WithNewBrowserContext())
}

// another opens a second tab of the same person.
func (p *tab) another() *tab {
	p.t.Helper()
	id := chromedp.FromContext(p.ctx).BrowserContextID
	return open(p.t, p.server, p.device, chromium(p.t), chromedp.WithExistingBrowserContext(id))
}

func open(t testing.TB, server *harness.Server, d device, parent context.Context, option chromedp.ContextOption) *tab {
	t.Helper()
	p := &tab{t: t, server: server, device: d, problems: new(problems)}
	ctx, cancel := chromedp.NewContext(parent, option, chromedp.WithListener(p.problems.listen))
	p.ctx = ctx
	if d.noScript {
		p.problems.forgive(`\.js: $`) // the browser drops a script that it began to load
	}
	t.Cleanup(cancel)
	t.Cleanup(p.finish)
	p.must(chromedp.Do(ctx)) // the target lives as long as the context of its first action
	p.must(p.try(chromedp.Func(p.setUp)))
	return p
}

// setUp makes the tab look like one on its device.
func (p *tab) setUp(ctx context.Context, t *chromedp.Target) error {
	size := []chromedp.EmulateViewportOption{chromedp.EmulateScale(1)}
	if p.device.phone {
		size = append(size, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	if _, err := chromedp.EmulateViewport(p.device.width, p.device.height, size...)(ctx, t); err != nil {
		return err
	}
	scheme := "light"
	if p.device.dark {
		scheme = "dark"
	}
	media := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}
	if _, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: media}); err != nil {
		return err
	}
	headers := network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": p.device.languages}}
	if _, err := cdp.Call(ctx, t, network.SetExtraHTTPHeaders, headers); err != nil {
		return err
	}
	_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: p.device.noScript})
	return err
}

// try carries actions out within patience.
func (p *tab) try(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

func (p *tab) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// finish fails the test for what went wrong in the page, and keeps what the page
// showed if the test has failed.
func (p *tab) finish() {
	for _, problem := range p.problems.left() {
		p.t.Errorf("in the page: %s", problem)
	}
	if !p.t.Failed() {
		return
	}
	dir, err := os.MkdirTemp("", "ginchat-browser-")
	if err != nil {
		p.t.Log(err)
		return
	}
	p.t.Logf("the page is kept in %s", dir)
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	if picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot()); err == nil {
		p.keep(dir, "page.png", picture)
	}
	if source, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.documentElement.outerHTML`)); err == nil {
		p.keep(dir, "page.html", []byte(source))
	}
}

func (p *tab) keep(dir, name string, content []byte) {
	name = fmt.Sprintf("%s-%s", strings.ReplaceAll(p.t.Name(), "/", "-"), name)
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
		p.t.Log(err)
	}
}

// hasCookie gives the tab somebody's login.
func (p *tab) hasCookie(token string) {
	p.t.Helper()
	p.must(p.try(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{Name: harness.CookieName, Value: token, URL: p.server.URL("/")})
		return err
	})))
}
