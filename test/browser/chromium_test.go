// Package browser goes through the pages in Chromium as people do.
package browser

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"ginchat/test/services"

	"github.com/chromedp/chromedp"
)

// browser is the one Chromium of this test process. Every visitor has a profile
// of their own in it, with its own cookies and storage.
var browser struct {
	sync.Once
	ctx context.Context
	err error
}

// chromium returns the context of the running browser.
func chromium(t testing.TB) context.Context {
	t.Helper()
	program := services.Chromium(t)
	browser.Do(func() { browser.ctx, browser.err = startChromium(program) })
	if browser.err != nil {
		t.Fatalf("start Chromium: %v", browser.err)
	}
	return browser.ctx
}

func startChromium(program string) (context.Context, error) {
	profile, err := services.Folder("chromium")
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.UserDataDir(profile), chromedp.WindowSize(1280, 800),
		chromedp.Flag("no-sandbox", os.Getuid() == 0), chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "en-US"))
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator)
	return ctx, chromedp.Do(ctx)
}

// TestMain ends the browser after the last test.
func TestMain(m *testing.M) {
	code := m.Run()
	if browser.ctx != nil && browser.err == nil {
		ctx, cancel := context.WithTimeout(browser.ctx, 10*time.Second)
		_ = chromedp.Cancel(ctx) // the process ends now, and the browser with it
		cancel()
	}
	os.Exit(code)
}
