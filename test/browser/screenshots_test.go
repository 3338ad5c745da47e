package browser

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// screenshotsEnv names the folder for the pictures of every page; make screenshots
// sets it.
const screenshotsEnv = "GINCHAT_TEST_SCREENSHOTS"

// TestScreenshots takes pictures of every page, as chat-desktop-light.png.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv(screenshotsEnv)
	if folder == "" {
		t.Skip("takes pictures only for make screenshots")
	}
	w := makeWorld(t, english)
	for suffix, options := range map[string][]func(*device){
		"desktop-light": {desk}, "desktop-dark": {desk, dark}, "phone-light": {phone}, "phone-dark": {phone, dark},
	} {
		w.picture(visit(t, w.server, options...), folder, suffix)
	}
	z := makeWorld(t, mandarin)
	z.picture(visit(t, z.server, desk, chinese), folder, "desktop-light-zh")
}

// picture takes one picture of each view.
func (w *world) picture(p *tab, folder, suffix string) {
	p.t.Helper()
	p.problems.forgive(`nothing-here|status of 404`)
	for _, v := range w.views() {
		v.show(p)
		p.fitsAcross()
		picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
		p.must(err)
		p.must(os.WriteFile(filepath.Join(folder, v.name+"-"+suffix+".png"), picture, 0o644))
	}
}
