package browser

import (
	"fmt"
	"testing"

	"ginchat/test/harness"
)

// Somebody reads back in a long conversation: older messages come without the view
// jumping, news do not move it either, and a reload keeps the conversation.
func TestReadBack(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	ann, bob := server.Friends("long")
	const many = 300
	var all []string
	for i := range many {
		all = append(all, fmt.Sprintf("message %d", i+1))
		if a := bob.Send(ann.Private(), fmt.Sprint("m", i), all[i]); !a.OK() {
			t.Fatal(a.Msg)
		}
	}
	page := in(t, ann, bob.Private())
	page.expectLast(all[many-50:]...)

	page.scrollTo(`document.querySelector("article[data-seq='255']")`)
	before := page.placeOf("message 255")
	page.until("older messages", `document.querySelector("article[data-seq='220']")`)
	page.staysAt("message 255", before)
	if a := bob.Send(ann.Private(), "news", "news"); !a.OK() {
		t.Fatal(a.Msg)
	}
	page.expectLast("news")
	page.staysAt("message 255", before)
	page.says(".timeline__missed", "1")

	for _, seq := range []int{205, 155, 105, 55, 1} {
		page.until(fmt.Sprint("message ", seq), fmt.Sprintf(`(document.querySelector(".timeline__older")?.scrollIntoView(), document.querySelector("article[data-seq='%d']"))`, seq))
	}
	page.expectMessages(append(all, "news")...)
	page.seesNot(".timeline__older")

	page.reload()
	page.at(pageOf(bob.Private()))
	page.expectLast(append(all, "news")[many-49:]...)
	page.scrollTo(`document.querySelector("article[data-seq='260']")`)
	page.click(".timeline__jump")
	page.until("the newest message is in view", `document.querySelector(".timeline__scroller").scrollTop > -2`)
	page.seesNot(".timeline__jump")
}

// scrollTo scrolls the conversation, as a wheel does, until element is at its top.
func (p *tab) scrollTo(element string) {
	p.t.Helper()
	p.until("scrolled", `(`+element+`?.scrollIntoView({ block: "start", behavior: "instant" }), `+element+`)`)
}

const placeOf = `[...document.querySelectorAll(".message__text")].find(e => e.textContent === %s)?.getBoundingClientRect().top ?? -1e6`

// placeOf is how far below the window's top a message is, in px.
func (p *tab) placeOf(words string) float64 {
	p.t.Helper()
	return ask[float64](p, placeOf, words)
}

// staysAt checks that a message is where it was, to a pixel.
func (p *tab) staysAt(words string, place float64) {
	p.t.Helper()
	if now := p.placeOf(words); now < place-1 || now > place+1 {
		p.t.Errorf("%q jumped from %.0f to %.0f px", words, place, now)
	}
}
