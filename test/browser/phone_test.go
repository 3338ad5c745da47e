package browser

import (
	"testing"

	"ginchat/test/harness"
)

// On a phone one thing is seen at a time.
func TestPhone(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	ann, bob := server.Friends("phone")
	club := harness.Community("A community with quite a name", ann, bob)
	bob.Send(ann.Private(), "p1", "hello")
	page := signedIn(t, ann, phone)
	page.goTo("/chat/index.shtml")
	page.sees(".chat__list")
	page.seesNot(".chat__pane")
	page.expectUnread("phone2", 1)

	page.openConversation("phone2")
	page.expectMessages("hello")
	page.seesNot(".chat__list")
	page.seesNot(".nav")
	page.sendMessage("from the bus")
	page.expectState("from the bus", "stored")
	page.until("the composer is at the bottom", `(r => r.bottom <= innerHeight && r.bottom > innerHeight - 40 && r.height >= 40)(document.querySelector(".composer__send").getBoundingClientRect())`)
	page.fitsAcross()

	page.click(".pane__back")
	page.at("/chat/index.shtml")
	page.sees(".chat__list")
	page.seesNot(".chat__pane")
	page.expectList("phone2", "A community with quite a name")
	page.expectUnread("phone2", 0)
	for _, path := range []string{"/chat/index.shtml", pageOf(club), "/contact/index.shtml", "/contact/index.shtml?add=1", "/contact/community.shtml",
		"/contact/community.shtml?create=1", "/user/settings.shtml"} {
		page.goTo(path)
		page.fitsAcross()
	}
}
