package faults

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ginchat/args"
	"ginchat/model"
	"ginchat/test/harness"
)

// Devices that lose their sockets again and again under load, some of them for
// good moments, show every entry once and in order (I8, I9).
func TestReconnecting(t *testing.T) {
	each(t, func(t *testing.T, on harness.Option) {
		c := newCrowd(t, village(8), harness.Start(t, on))
		c.talk()
		lasts := 2 * time.Second
		if full() {
			lasts = time.Minute
		}
		cuts := 0
		for end := time.Now().Add(lasts); time.Now().Before(end); cuts++ {
			time.Sleep(rand.N(30 * time.Millisecond))
			if cuts%20 == 0 {
				c.fire()
			}
			c.devices[rand.IntN(len(c.devices))].Reconnect()
		}
		c.awaitAnswers(20, 30*time.Second)
		c.report(c.finish(), fmt.Sprintf("%d sockets cut in %s, %d sends on their way", cuts, lasts, c.lost()))
	})
}

// backlog is how many messages wait: more than one sync pushes.
const backlog = 230

// Sync from any cursor gives exactly what is missing, or says that it is too much.
func TestSyncFromAnyCursor(t *testing.T) {
	t.Parallel() // it measures nothing
	harness.Engines(t, func(t *testing.T, on harness.Option) {
		s := harness.Start(t, on)
		a, b := s.Friends("user")
		fill(t, a, b.Private())
		epoch := ""
		for _, from := range []int64{0, 29, 30, 31, 115, 228, 229, 230} {
			entries, answer, err := b.Dial().Sync(epoch, map[model.Address]int64{a.Private(): from})
			if err != nil {
				t.Fatal(err)
			}
			epoch = answer.Epoch
			missed := backlog - from
			head := headOf(t, answer, a.Private())
			if want := missed > 200; head.More != want || head.Seq != backlog {
				t.Errorf("from %d: head is %+v, want more = %v", from, head, want)
			}
			if head.More {
				missed = 0
			}
			if int64(len(entries)) != missed {
				t.Errorf("from %d: %d entries, want %d", from, len(entries), missed)
			}
			for i, f := range entries {
				if f.Seq != from+int64(i)+1 || f.Content != fmt.Sprint("text ", f.Seq) {
					t.Errorf("from %d: entry %d is %s", from, i, f.Raw)
				}
			}
		}
		unnamed, answer, err := b.Dial().Sync(epoch, nil)
		if head := headOf(t, answer, a.Private()); err != nil || len(unnamed) != 0 || head.Seq != backlog {
			t.Errorf("sync that names nothing: %d entries, %s, %v", len(unnamed), answer.Raw, err)
		}
		beyond(t, b, a.Private(), epoch)
		paged(t, b, a.Private())
		fmt.Printf("%s: 8 cursors into %d messages, beyond, another epoch and paging\n", t.Name(), backlog)
	})
}

// fill sends the backlog over one socket, all at once, and checks that it is
// stored in the order in which it was sent (I6).
func fill(t *testing.T, from *harness.Client, to model.Address) {
	t.Helper()
	socket := from.Dial()
	for n := 1; n <= backlog; n++ {
		if err := socket.Write(harness.Text(to, fmt.Sprint("m", n), fmt.Sprint("text ", n))); err != nil {
			t.Fatal(err)
		}
	}
	for n := 1; n <= backlog; n++ {
		ack, _, err := socket.Await(0, func(f *harness.Frame) bool { return f.Answers(fmt.Sprint("m", n)) })
		if err != nil || ack.Cmd != args.CmdAck || ack.Seq != int64(n) {
			t.Fatalf("message %d: %s, %v", n, ack.Raw, err)
		}
	}
}

func headOf(t *testing.T, answer harness.Frame, of model.Address) args.Head {
	t.Helper()
	i := slices.IndexFunc(answer.Heads, func(h args.Head) bool { return h.Kind == int(of.Kind) && h.DstID == of.DstID })
	if i < 0 {
		t.Fatalf("no head of %v in %s", of, answer.Raw)
	}
	return answer.Heads[i]
}

// beyond asks with a cursor that the log has not reached, as after the restore of
// a backup, and with an epoch that is not the log's: both times the answer has
// another epoch, and the second time nothing is taken for known.
func beyond(t *testing.T, c *harness.Client, of model.Address, epoch string) {
	t.Helper()
	socket := c.Dial()
	entries, answer, err := socket.Sync(epoch, map[model.Address]int64{of: backlog + 1})
	if err != nil || answer.Epoch == epoch || len(entries) != 0 {
		t.Errorf("from beyond the log: %d entries, %s, %v", len(entries), answer.Raw, err)
	}
	entries, answer, err = socket.Sync("of-another-log", map[model.Address]int64{of: backlog - 1})
	if err != nil || answer.Epoch != epoch || len(entries) != 0 || !headOf(t, answer, of).More {
		t.Errorf("with another epoch: %d entries, %s, %v", len(entries), answer.Raw, err)
	}
}

// paged starts a device with nothing, which has to page through history.
func paged(t *testing.T, c *harness.Client, of model.Address) {
	t.Helper()
	d := c.NewDevice("empty", map[model.Address]int64{of: 0})
	for deadline := time.Now().Add(10 * time.Second); !d.Caught(of, backlog); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a device with nothing did not catch up")
		}
	}
}
