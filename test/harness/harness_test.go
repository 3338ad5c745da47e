package harness

import (
	"testing"

	"ginchat/args"
	"ginchat/model"
)

// The harness itself works: accounts, friends, a community, sends by HTTP and
// by socket, counting, sync, restart and a clean stop, on both databases.
func TestHarness(t *testing.T) {
	Engines(t, func(t *testing.T, on Option) {
		s := Start(t, on)
		a, b := s.Friends("user")
		in, out := b.Dial(), a.Dial()
		ack, err := out.Send(b.Private(), "m1", "hello")
		if err != nil || ack.Cmd != args.CmdAck || ack.Seq != 1 {
			t.Fatalf("ack = %s, %v", ack.Raw, err)
		}
		if answer := a.Send(b.Private(), "m2", "by HTTP"); !answer.OK() {
			t.Fatalf("send: %s", answer.Body)
		}
		got, _, err := in.Await(0, func(f *Frame) bool { return f.Seq == 2 })
		if err != nil || got.Content != "by HTTP" || got.Conversation(b.User.ID) != a.Private() {
			t.Fatalf("got %s, %v", got.Raw, err)
		}
		if err := in.Heartbeat(); err != nil {
			t.Error(err)
		}
		crowd := Community("crowd", a, b)
		if answer := b.Browser().Send(crowd, "c1", "hello all"); !answer.OK() {
			t.Fatalf("send to the community by cookie: %s", answer.Body)
		}
		s.Stop()
		if code, _, err := in.AwaitClose(frameWait); code != 1012 {
			t.Errorf("closed with %d, %v", code, err)
		}
		s.Restart()
		entries, answer, err := b.Dial().Sync("", map[model.Address]int64{a.Private(): 1})
		if err != nil || len(entries) != 1 || entries[0].MsgID != "m2" || len(answer.Heads) != 2 {
			t.Errorf("sync gave %d entries and %s, %v", len(entries), answer.Raw, err)
		}
		if rows := a.History(crowd); len(rows) != 2 || rows[0].Op != "join" || rows[1].Content != "hello all" {
			t.Errorf("history = %+v", rows)
		}
		s.Kill9()
		s.Restart()
		if rows := b.History(a.Private()); len(rows) != 2 {
			t.Errorf("history has %d rows", len(rows))
		}
		s.Pause()
		s.Resume()
	})
}
