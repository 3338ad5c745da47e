package faults

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"ginchat/args"
	"ginchat/model"
	"ginchat/test/harness"
)

// One msgid is one message, however often, whence and when it is sent.
func TestDedupe(t *testing.T) {
	t.Parallel() // it is nearly all waiting
	harness.Engines(t, func(t *testing.T, on harness.Option) {
		s := harness.Start(t, on)
		a, b := s.Friends("user")
		crowd := harness.Community("crowd", a, b)
		if got := a.Send(crowd, "before", "text"); !got.OK() {
			t.Fatalf("send: %s", got.Body)
		}
		first := fiftyAtOnce(t, a, crowd)
		again := func(where string) {
			t.Helper()
			ack, err := a.Dial().Send(crowd, "once", "text")
			if err != nil || ack.Cmd != args.CmdAck || ack.Seq != first.Seq || ack.Time != first.Time {
				t.Errorf("%s: %s, %v, want seq %d time %d", where, ack.Raw, err, first.Seq, first.Time)
			}
			refused, err := a.Dial().Send(crowd, "once", "other text")
			if err != nil || refused.Cmd != args.CmdRefused || refused.Error != "conflict" || refused.Retry {
				t.Errorf("%s, with other content: %s, %v", where, refused.Raw, err)
			}
			if got := a.Send(crowd, "once", "other text"); got.Status != 409 {
				t.Errorf("%s, by HTTP with other content: %s", where, got.Body)
			}
		}
		again("from another socket")
		s.Stop()
		s.Restart()
		again("after a restart")
		s.Kill9()
		s.Restart()
		again("after a crash")
		if got := b.Send(crowd, "once", "from somebody else"); !got.OK() {
			t.Errorf("another sender's message under the same msgid: %s", got.Body)
		}
		rows := 0
		for _, m := range b.History(crowd) {
			if m.MsgID == "once" && m.UserID == a.User.ID {
				rows++
			}
		}
		if rows != 1 {
			t.Errorf("stored %d times", rows)
		}
		fmt.Printf("%s: 50 equal sends at once by HTTP and socket, 3 sockets, 2 restarts: %d row, seq %d\n", t.Name(), rows, first.Seq)
	})
}

// fiftyAtOnce sends half of the requests over HTTP and half over sockets, all
// at once, and returns the one answer they must all get.
func fiftyAtOnce(t *testing.T, c *harness.Client, to model.Address) args.Ack {
	t.Helper()
	var sockets []*harness.Socket
	for range 5 {
		sockets = append(sockets, c.Dial())
	}
	var (
		all     sync.WaitGroup
		mu      sync.Mutex
		answers []args.Ack
	)
	add := func(ack args.Ack) {
		mu.Lock()
		defer mu.Unlock()
		answers = append(answers, ack)
	}
	for range 25 {
		all.Go(func() {
			got := c.Send(to, "once", "text")
			var ack args.Ack
			if err := json.Unmarshal(got.Data, &ack); err != nil || !got.OK() {
				t.Errorf("send by HTTP: %s", got.Body)
			}
			add(ack)
		})
	}
	for _, s := range sockets {
		all.Go(func() {
			for range 5 {
				if err := s.Write(harness.Text(to, "once", "text")); err != nil {
					t.Error(err)
				}
			}
			for n, at := 0, 0; n < 5; n++ {
				f, next, err := s.Await(at, func(f *harness.Frame) bool { return f.Answers("once") })
				if err != nil || f.Cmd != args.CmdAck {
					t.Errorf("send by socket: %s, %v", f.Raw, err)
					return
				}
				at = next
				add(args.Ack{MsgID: f.MsgID, Kind: f.Kind, DstID: f.DstID, Seq: f.Seq, Time: f.Time})
			}
		})
	}
	all.Wait()
	for _, ack := range answers {
		if ack != answers[0] {
			t.Errorf("answers differ: %+v and %+v", answers[0], ack)
		}
	}
	if len(answers) != 50 {
		t.Fatalf("%d answers, want 50", len(answers))
	}
	return answers[0]
}
