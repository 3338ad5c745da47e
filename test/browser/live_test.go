package browser

import (
	"strings"
	"testing"

	"ginchat/test/harness"
)

// badge is the expression for a number in the navigation.
const badge = `Number(document.querySelector("[data-badge=" + %s + "]").dataset.count)`

func (p *tab) expectBadge(name string, count int) {
	p.t.Helper()
	equals(p, "badge "+name, count, badge, name)
}

// Who looks at contacts is online, and sees at once what others do.
func TestContactsAreLive(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	ann, bob := server.Friends("live")
	cleo := server.People("livecleo", 1)[0]
	ann.MustPost(nil, "/user/update", "settings", `{"approve":true}`)
	page := in(t, ann, bob.Private())
	page.goTo("/contact/index.shtml?add=1")
	if !page.comes(func() bool { return onlineTo(bob) }) {
		t.Error("who looks at contacts is not online")
	}

	page.fill("#find-kword", "half a wo")
	cleo.MustPost(nil, "/contact/addfriend", "dstid", ann.User.ID)
	page.says(".requests .entry__title", "livecleo1")
	page.expectBadge("friends", 1)
	page.until("what is typed stays", `document.querySelector("#find-kword").value === "half a wo"`)
	if a := bob.Send(ann.Private(), "b1", "hello"); !a.OK() {
		t.Fatal(a.Msg)
	}
	page.expectBadge("unread", 1)
	page.until("the title says so", `document.title.startsWith("(1) ")`)

	page.press("Accept livecleo1")
	page.notice("You are friends now. Say hello!")
	page.expectBadge("friends", 0)
	ann.MustPost(nil, "/contact/removefriend", "dstid", cleo.User.ID)
	page.until("the card has changed", `document.querySelector(".profile")?.textContent.includes("Add friend")`)
}

// onlineTo reports whether somebody's only friend is online to them.
func onlineTo(c *harness.Client) bool {
	return strings.Contains(string(c.Post("/contact/loadfriend").Body), `"online":1`)
}

// Muting is one press, in all tabs, and quiets the badge.
func TestMute(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	ann, bob := server.Friends("mute")
	if a := bob.Send(ann.Private(), "b1", "hello"); !a.OK() {
		t.Fatal(a.Msg)
	}
	one := in(t, ann, bob.Private())
	one.expectConnection(true)
	two := one.another()
	two.goTo("/chat/index.shtml")
	two.expectConnection(true)
	one.press("Mute notifications")
	one.sees(`.pane__mute [aria-label="Unmute notifications"]`)
	for _, p := range []*tab{one, two} {
		p.sees(".conversation__muted")
	}
	one.goTo("/contact/index.shtml")
	if a := bob.Send(ann.Private(), "b2", "quietly"); !a.OK() {
		t.Fatal(a.Msg)
	}
	two.expectUnread("mute2", 1)
	two.expectBadge("unread", 0)
	two.openConversation("mute2")
	two.press("Unmute notifications")
	two.sees(`.pane__mute [aria-label="Mute notifications"]`)
	two.seesNot(".conversation__muted")
}

// What the reader calls a friend is the name everywhere, at once.
func TestRemark(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	ann, bob := server.Friends("name")
	club := harness.Community("Readers", bob, ann)
	if a := bob.Send(club, "b1", "hello all"); !a.OK() {
		t.Fatal(a.Msg)
	}
	if a := bob.Send(ann.Private(), "b2", "hello"); !a.OK() {
		t.Fatal(a.Msg)
	}
	page := in(t, ann, club)
	page.expectConnection(true)
	page.expectMessages("hello all")
	authors := `[...document.querySelectorAll(".message__author")].map(e => e.textContent)`
	equals(page, "authors", []string{"name2"}, authors)
	ann.MustPost(nil, "/contact/remark", "dstid", bob.User.ID, "memo", "Big Bob")
	equals(page, "authors", []string{"Big Bob"}, authors)
	page.expectList("Big Bob", "Readers")
	if a := bob.Send(club, "b3", "news"); !a.OK() {
		t.Fatal(a.Msg)
	}
	page.expectMessages("hello all", "news")
	page.until("the list names them", `document.querySelector(".conversation__last").textContent === "Big Bob: news"`)
	page.goTo(pageOf(bob.Private()))
	page.says(".pane__title", "Big Bob")
}
