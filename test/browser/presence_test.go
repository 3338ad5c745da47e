package browser

import (
	"fmt"
	"testing"

	"ginchat/test/harness"

	"github.com/chromedp/chromedp"
)

// Friends come and go before one's eyes: in the list, in the head of the open
// conversation, and on the pages of contacts.
func TestFriendsComeAndGo(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	ann, bob := server.Friends("presence")
	club := harness.Community("Readers", ann, bob)
	if a := bob.Send(ann.Private(), "b1", "hello"); !a.OK() {
		t.Fatal(a.Msg)
	}
	chat := in(t, ann, bob.Private())
	chat.expectConnection(true)
	var others []*tab
	for _, path := range []string{"/contact/index.shtml", fmt.Sprintf("/contact/index.shtml?id=%d", bob.User.ID), fmt.Sprintf("/contact/community.shtml?dstid=%d", club.DstID)} {
		p := chat.another()
		p.goTo(path)
		p.seesNot(dotOf(bob))
		others = append(others, p)
	}
	chat.expectPresence(bob, false)
	card := others[1]
	card.says(".profile .presence", "offline")

	theirs := in(t, bob, ann.Private())
	chat.expectPresence(bob, true)
	theirs.expectPresence(ann, true)
	for _, p := range others {
		p.sees(dotOf(bob))
	}
	card.says(".profile .presence", "online")

	theirs.leaves()
	chat.expectPresence(bob, false)
	for _, p := range others {
		p.seesNot(dotOf(bob))
	}
	lastSeen := `document.querySelector(%s).innerText.startsWith("last seen ")`
	chat.until("the head says when", lastSeen, ".pane__about")
	card.until("the card says when", lastSeen, ".profile .presence")
	chat.reload()
	chat.until("the server says so, too", lastSeen, ".pane__about")
}

// What happened while there was no connection shows soon after it is back.
func TestPresenceAfterAReconnect(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	ann, bob := server.Friends("back")
	if a := bob.Send(ann.Private(), "b1", "hello"); !a.OK() {
		t.Fatal(a.Msg)
	}
	page := in(t, ann, bob.Private())
	page.expectConnection(true)
	page.expectPresence(bob, false)
	page.without("loadfriend")
	ask[any](page, `document.querySelector("chat-app").socket.lost()`)
	bob.Dial()
	page.expectPresence(bob, false)
	ask[any](page, `document.querySelector("chat-app").socket.now()`)
	page.expectPresence(bob, true)
}

// Who writes for the first time is seen to be online.
func TestPresenceOfANewRow(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	ann, bob := server.Friends("first")
	bob.Dial()
	page := signedIn(t, ann)
	page.goTo("/chat/index.shtml")
	page.expectConnection(true)
	if a := bob.Send(ann.Private(), "b1", "hello"); !a.OK() {
		t.Fatal(a.Msg)
	}
	page.expectUnread("first2", 1)
	page.sees(dotOf(bob))
}

// dotOf selects the dot for who is online.
func dotOf(who *harness.Client) string {
	return fmt.Sprintf(`.presence--dot[data-userid="%d"]`, who.User.ID)
}

// expectPresence waits until the list and the head of the open conversation say
// whether somebody is online.
func (p *tab) expectPresence(who *harness.Client, online bool) {
	p.t.Helper()
	if online {
		p.sees(dotOf(who))
		p.says(".pane__about", "online")
	} else {
		p.seesNot(dotOf(who))
		p.until("the head says so", `/^(offline|last seen .+)$/.test(document.querySelector(".pane__about").innerText)`)
	}
}

// without checks that the page has not asked for a path so far.
func (p *tab) without(path string) {
	p.t.Helper()
	if n := ask[int](p, `performance.getEntriesByType("resource").filter(r => r.name.includes(%s)).length`, path); n > 0 {
		p.t.Errorf("the page has asked %d times for %s", n, path)
	}
}

// leaves closes the page as far as the server can tell.
func (p *tab) leaves() {
	p.t.Helper()
	p.must(p.try(chromedp.Navigate("about:blank")))
}
