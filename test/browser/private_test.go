package browser

import (
	"testing"

	"ginchat/test/harness"
)

// Two people register, sign in, find each other and chat; a restart of the server
// loses, repeats and reorders nothing, and their pages come back by themselves.
func TestTwoPeopleChat(t *testing.T) {
	t.Parallel()
	harness.Engines(t, func(t *testing.T, on harness.Option) {
		server := harness.Start(t, on, harness.Flags("--server.drain=1"))
		stranger := server.NewClient()
		stranger.Register("13800000001", harness.Passwd, "Ann")
		stranger.Register("13800000002", harness.Passwd, "Bob")

		ann, bob := visit(t, server), visit(t, server)
		ann.signIn("13800000001", harness.Passwd)
		bob.signIn("13800000002", harness.Passwd)
		ann.addFriend("13800000002", "Bob")
		ann.writeTo("Bob")
		ann.sendMessage("Hello, Bob!")
		ann.expectState("Hello, Bob!", "stored")

		bob.expectUnread("Ann", 1) // without a reload
		bob.openConversation("Ann")
		bob.expectMessages("Hello, Bob!")
		bob.expectUnread("Ann", 0)
		bob.sendMessage("Hi Ann, how are you? 😀")
		ann.expectMessages("Hello, Bob!", "Hi Ann, how are you? 😀")
		ann.sendMessage("Fine.\nAnd you?")

		both := []string{"Hello, Bob!", "Hi Ann, how are you? 😀", "Fine.\nAnd you?"}
		bob.expectMessages(both...)
		for _, p := range []*tab{ann, bob} {
			p.problems.forgive(noServer)
			p.expectConnection(true)
		}

		server.Stop()
		ann.expectConnection(false)
		bob.expectConnection(false)
		server.Restart()
		ann.expectConnection(true)
		bob.expectConnection(true)
		bob.sendMessage("Fine, too.")
		both = append(both, "Fine, too.")
		for _, p := range []*tab{ann, bob} {
			p.expectMessages(both...)
			p.reload()
			p.expectMessages(both...)
		}
		bob.expectState("Fine, too.", "stored")
	})
}
