package browser

import (
	_ "embed"
	"testing"

	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe-core/axe.min.js
var axe string

// violations runs axe-core on the page and returns what it finds. By day it has the
// rules of WCAG 2.2 AA and those of good practice, by night, when nothing but the
// colours differs, the one for colours.
const violations = `axe.run(document, { runOnly: matchMedia("(prefers-color-scheme: dark)").matches ? [ "color-contrast" ]
	: [ "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice" ] }).then(({ violations }) =>
	violations.map(v => v.id + ": " + v.help + "\n" + v.nodes.map(n => "\t" + n.target + " " + n.failureSummary.replaceAll("\n", " ")).join("\n")))`

// Every page is without a violation of WCAG 2.2 AA that axe-core knows, on a desktop
// and a phone, by day and by night, and none scrolls sideways.
func TestAccessible(t *testing.T) {
	t.Parallel()
	w := makeWorld(t, english)
	for _, size := range []struct {
		name   string
		option func(*device)
	}{{"desktop", desk}, {"phone", phone}} {
		for _, light := range []struct {
			name   string
			option func(*device)
		}{{"light", func(*device) {}}, {"dark", dark}} {
			t.Run(size.name+"-"+light.name, func(t *testing.T) {
				page := visit(t, w.server, size.option, light.option)
				page.problems.forgive(`nothing-here|status of 404`)
				for _, v := range w.views() {
					v.show(page)
					page.fitsAcross()
					page.isAccessible(v.name)
				}
				page.goTo(pageOf(w.friend.Private()))
				page.click(".composer__emoji")
				page.until("emoji", `document.querySelector(".emoji__one")`)
				page.isAccessible("emoji")
			})
		}
	}
}

// isAccessible runs axe-core on what the page shows now.
func (p *tab) isAccessible(name string) {
	p.t.Helper()
	p.must(p.try(chromedp.Evaluate[chromedp.Void](axe)))
	for _, violation := range ask[[]string](p, violations) {
		p.t.Errorf("%s: %s", name, violation)
	}
}
