package browser

import (
	"strings"
	"testing"

	"ginchat/test/harness"
)

// hostile is what people write to try the page, and what it may not do.
var hostile = []string{
	`<script>document.title = "hacked"</script>`,
	`</script></template><img src=x onerror="document.title='hacked'">`,
	`{{.}} {{template "page" .}} ${1+1} &lt;b&gt;`,
	`javascript:document.title="hacked"`,
	`https://example.com/"onmouseover="document.title='hacked'"x`,
}

// Three people chat in a community that one makes and the others join, with emoji,
// long texts and hostile ones.
func TestCommunityOfThree(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	people := server.People("club", 3)
	people[2].MustPost(nil, "/user/update", "nickname", "<b>{{.}}</b></script>")
	ann, bob, cy := signedIn(t, people[0]), signedIn(t, people[1]), signedIn(t, people[2])
	ann.createCommunity("Sunday <i>hikes</i>")
	bob.joinCommunity("Sunday <i>hikes</i>")
	cy.joinCommunity("Sunday <i>hikes</i>")
	all := []*tab{ann, bob, cy}
	for _, p := range all {
		p.press("Open chat")
		p.says(".pane__title", "Sunday <i>hikes</i>")
		p.sees(".composer__text")
		equals(p, "who has come", []string{"club2 joined", "<b>{{.}}</b></script> joined"},
			`[...document.querySelectorAll(".mark--change")].map(e => e.innerText.replace(/[\u2066-\u2069]/g, "").trim())`)
	}

	ann.click(".composer__text")
	ann.click(".composer__emoji")
	ann.until("emoji", `document.querySelector(".emoji__one")`)
	ann.fill(".emoji__search", "hiking")
	ann.click(`.emoji__one[aria-label="hiking boot"]`)
	ann.key(escape)
	ann.seesNot("emoji-picker")
	ann.click(".composer__text")
	ann.key(enter)
	long := strings.Repeat("unbroken", 400)
	bob.sendMessage(long)
	ann.expectLast(long)
	for _, words := range hostile {
		cy.sendMessage(words)
		cy.expectState(words, "stored")
	}
	want := append([]string{"🥾", long}, hostile...)
	for _, p := range all {
		p.expectMessages(want...)
		p.isInert()
		p.reload()
		p.expectMessages(want...)
		p.isInert()
		p.fitsAcross()
		p.goTo("/contact/index.shtml")
	}
	ann.expectNoPlace(strings.Repeat("x", 8193))
}

// isInert checks that nothing that people wrote has become part of the page.
func (p *tab) isInert() {
	p.t.Helper()
	equals(p, "what is in the messages, beside text", []string{}, `[...document.querySelectorAll(".message__text *, .message__author *, .conversation__title *, .pane__title bdi *")]
		.filter(e => !(e.localName === "a" && e.href.startsWith("https://example.com/") && e.getAttributeNames().every(n => [ "href", "target", "rel" ].includes(n)))).map(e => e.outerHTML)`)
	if title := ask[string](p, `document.title`); title == "hacked" {
		p.t.Error("a script in a message has run")
	}
}

// fitsAcross checks that nothing makes the page scroll sideways.
func (p *tab) fitsAcross() {
	p.t.Helper()
	if wide := ask[string](p, `(() => {
		const scroller = document.querySelector(".timeline__scroller")
		const wide = [ document.scrollingElement, ...(scroller ? [ scroller ] : []) ].find(e => e.scrollWidth > e.clientWidth)
		return wide ? location.pathname + " " + wide.className + " " + wide.scrollWidth + ">" + wide.clientWidth : ""
	})()`); wide != "" {
		p.t.Errorf("scrolls sideways: %s", wide)
	}
}

// expectNoPlace checks that the composer keeps a text that is too long for a message.
func (p *tab) expectNoPlace(words string) {
	p.t.Helper()
	p.goTo("/chat/index.shtml")
	p.openConversation("Sunday <i>hikes</i>")
	p.sendMessage(words)
	p.says(".composer__error", "That is too long: at most 8 KB in one message.")
	equals(p, "kept", len(words), `document.querySelector(".composer__text").value.length`)
}
