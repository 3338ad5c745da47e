package browser

import (
	"fmt"
	"testing"

	"ginchat/test/harness"

	"github.com/chromedp/chromedp"
)

// Everything but what is live works without JavaScript.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	people := server.People("plain", 2)
	bob := people[1]
	club := harness.Community("Plain readers", bob)
	var all []string
	for i := range 60 {
		all = append(all, fmt.Sprint("entry ", i+1))
		if a := bob.Send(club, fmt.Sprint("m", i), all[i]); !a.OK() {
			t.Fatal(a.Msg)
		}
	}

	page := visit(t, server, noScripts)
	page.signIn("plain1", harness.Passwd)
	page.addFriend("plain2", "plain2")
	page.writeTo("plain2")
	page.fill(".composer__text", "Hello from a plain page")
	page.clickTwice(".composer__send")
	page.until("sent", `document.querySelector(".message--mine")`)
	page.reload()
	page.expectMessages("Hello from a plain page")
	if stored := bob.History(people[0].Private()); len(stored) != 1 {
		t.Errorf("sending twice stored %d messages", len(stored))
	}

	page.joinCommunity("Plain readers")
	page.press("Open chat")
	page.expectLast(all[11:]...) // and the entry that tells of the joining
	page.press("Older messages")
	page.until("older messages", `document.querySelector("article[data-seq='1']")`)
	page.expectMessages(all[:11]...)
	page.press("To the newest messages")
	page.expectLast(all[11:]...)
	page.createCommunity("Of my own")

	page.goTo("/user/settings.shtml")
	page.click(".card--plain button")
	page.at("/user/login.shtml")
	page.goTo("/chat/index.shtml")
	page.at("/user/login.shtml")
}

// clickTwice clicks again before the page can answer.
func (p *tab) clickTwice(css string) {
	p.t.Helper()
	at := ask[[]float64](p, `(`+place+`)(%s)`, css)
	p.must(p.try(chromedp.MouseClickXY(at[0], at[1]), chromedp.MouseClickXY(at[0], at[1])))
}
