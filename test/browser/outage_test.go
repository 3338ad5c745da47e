package browser

import (
	"testing"

	"ginchat/test/harness"
)

// What is sent while the server is down waits, and is stored once when it is back.
func TestSendWhileTheServerIsDown(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	ann, bob := server.Friends("down")
	page, other := in(t, ann, bob.Private()), in(t, bob, ann.Private())
	page.problems.forgive(noServer)
	other.problems.forgive(noServer)
	page.sendMessage("before")
	other.expectMessages("before")

	server.Kill9()
	page.expectConnection(false)
	for _, words := range []string{"first", "second"} {
		page.sendMessage(words)
		page.expectState(words, "waiting")
		equals(page, "what is left in the composer", "", `document.querySelector(".composer__text").value`)
	}
	server.Restart()
	page.expectConnection(true)
	page.expectState("first", "stored")
	page.expectState("second", "stored")
	for _, p := range []*tab{page, other} {
		p.expectMessages("before", "first", "second")
		p.reload()
		p.expectMessages("before", "first", "second")
	}
	if stored := ann.History(bob.Private()); len(stored) != 3 {
		t.Errorf("%d messages are stored, want 3", len(stored))
	}
}

// What hears no ack is sent again, over another connection when this one is silent,
// and is the same message.
func TestSendToAServerThatHangs(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	ann, bob := server.Friends("hang")
	page, other := in(t, ann, bob.Private()), in(t, bob, ann.Private())
	page.problems.forgive(noServer)
	other.problems.forgive(noServer)
	page.sendMessage("before")
	other.expectMessages("before")

	server.Pause()
	page.sendMessage("twice on the way")
	page.expectState("twice on the way", "waiting")
	if !page.comes(func() bool { return page.problems.sends("twice on the way") >= 2 }) {
		t.Error("the page did not send again")
	}
	page.expectConnection(false) // which nothing has closed
	server.Resume()
	page.expectState("twice on the way", "stored")
	page.sendMessage("after")
	for _, p := range []*tab{page, other} {
		p.expectMessages("before", "twice on the way", "after")
		p.reload()
		p.expectMessages("before", "twice on the way", "after")
	}
}

// A message to somebody who is no friend any more is marked, with the reason, and
// can be sent again when it may be.
func TestRefusedMessage(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	ann, bob := server.Friends("refused")
	page := in(t, ann, bob.Private())
	page.sendMessage("still friends")
	page.expectState("still friends", "stored")
	bob.MustPost(nil, "/contact/removefriend", "dstid", ann.User.ID)

	page.sendMessage("and now?")
	page.expectState("and now?", "refused")
	page.until("the reason", `document.querySelector(".message__reason").textContent.length > 10`)
	page.reload() // the mark outlives the page
	page.expectState("and now?", "refused")

	harness.Befriend(ann, bob)
	page.click(".message__retry")
	page.expectState("and now?", "stored")
	page.expectMessages("still friends", "and now?")
	page.seesNot(".message__refused")
}
