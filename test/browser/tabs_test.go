package browser

import (
	"testing"

	"ginchat/test/harness"
)

// Two tabs of one person are in step.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	ann, bob := server.Friends("tabs")
	one := in(t, ann, bob.Private())
	two := one.another()
	two.goTo(pageOf(bob.Private()))
	two.sees(".composer__text")
	one.sendMessage("from the first")
	two.expectState("from the first", "stored")
	two.sendMessage("from the second")
	for _, p := range []*tab{one, two} {
		p.expectMessages("from the first", "from the second")
		p.goTo("/chat/index.shtml")
		p.expectConnection(true)
	}

	if a := bob.Send(ann.Private(), "b1", "for both"); !a.OK() {
		t.Fatal(a.Msg)
	}
	one.expectUnread("tabs2", 1)
	two.expectUnread("tabs2", 1)
	one.openConversation("tabs2")
	one.expectLast("for both")
	one.expectUnread("tabs2", 0)
	two.expectUnread("tabs2", 0)
}
