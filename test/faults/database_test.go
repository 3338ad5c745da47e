package faults

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"ginchat/args"
	"ginchat/test/harness"
	"ginchat/test/services"
)

const (
	// answerLimit is how soon a send must be answered when the database is away (I24).
	answerLimit = 5 * time.Second
	// backLimit is how soon service must be back after the database.
	backLimit = 10 * time.Second
)

// A database that is killed and that hangs under load costs no acked message, no
// socket and no restart; senders are told to retry within five seconds.
func TestDatabaseKilled(t *testing.T) {
	db := services.StartMariaDB(t, true)
	c := newCrowd(t, village(12), harness.Start(t, harness.MySQL(db.Database())))
	sockets := c.sockets()
	c.talk()
	kills := 3
	if full() {
		kills = 25
	}
	var back time.Duration
	for range kills {
		c.awaitAnswers(100, 30*time.Second)
		c.fire()
		time.Sleep(rand.N(40 * time.Millisecond))
		db.Kill9()
		time.Sleep(time.Second + rand.N(time.Second))
		db.Start()
		back = max(back, c.awaitBack())
	}
	c.awaitAnswers(100, 30*time.Second)
	c.fire()
	db.Pause()
	time.Sleep(6 * time.Second)
	db.Resume()
	back = max(back, c.awaitBack())
	c.awaitAnswers(100, 30*time.Second)

	if n := c.sockets() - sockets; n != 0 {
		t.Errorf("%d sockets closed while the database was away", n)
	}
	if n := c.silent(); n != 0 {
		t.Errorf("%d sends had no answer within %s", n, answerLimit)
	}
	record := c.finish()
	c.report(record, fmt.Sprintf("%d kills and a pause of 6 s of the database, slowest answer %.1f s, service back after at most %.1f s",
		kills, c.slowest().Seconds(), back.Seconds()))
}

// awaitBack waits until sends are acked again and returns how long that took.
func (c *crowd) awaitBack() time.Duration {
	c.t.Helper()
	began := time.Now()
	if !c.answersWithin(1, 3*backLimit) {
		c.t.Fatalf("no send was acked within %s of the database's return", 3*backLimit)
	}
	took := time.Since(began)
	if took > backLimit {
		c.t.Errorf("service was back %s after the database, want %s", took, backLimit)
	}
	return took
}

// Everything that can be asked of a server whose database hangs is refused with
// "retry" within five seconds, also what it has not been asked before.
func TestDatabaseHangs(t *testing.T) {
	t.Parallel() // it is all waiting
	db := services.StartMariaDB(t, true)
	s := harness.Start(t, harness.MySQL(db.Database()))
	a, b := s.Friends("user")
	crowd := harness.Community("crowd", a, b)
	known, fresh := a.Dial(), a.Dial()
	if _, err := known.Send(crowd, "warm", "text"); err != nil {
		t.Fatal(err)
	}
	db.Pause()
	defer db.Resume()
	slowest := time.Duration(0)
	ask := func(what string, f func() error) {
		t.Helper()
		began := time.Now()
		if err := f(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		took := time.Since(began)
		if slowest = max(slowest, took); took > answerLimit {
			t.Errorf("%s was answered after %s", what, took)
		}
	}
	refused := func(f harness.Frame, err error) error {
		if err == nil && (f.Cmd != args.CmdRefused || !f.Retry) {
			return fmt.Errorf("answered %s", f.Raw)
		}
		return err
	}
	ask("a send", func() error { return refused(known.Send(crowd, "m1", "text")) })
	ask("a send to a conversation not used before", func() error { return refused(fresh.Send(b.Private(), "m2", "text")) })
	ask("the last of five such sends at once", func() error {
		begin := len(fresh.Frames())
		for i := range 5 {
			if err := fresh.Write(harness.Text(b.Private(), fmt.Sprint("pipelined", i), "text")); err != nil {
				return err
			}
		}
		f, _, err := fresh.Await(begin, func(f *harness.Frame) bool { return f.Answers("pipelined4") })
		return refused(f, err)
	})
	ask("a send right after a read mark", func() error {
		if err := known.Write(map[string]any{"cmd": args.CmdRead, "kind": int(crowd.Kind), "dstid": crowd.DstID, "seq": 1}); err != nil {
			return err
		}
		return refused(known.Send(crowd, "behind", "text"))
	})
	ask("a sync", func() error {
		begin := len(fresh.Frames())
		if err := fresh.Write(harness.SyncFrom("", nil)); err != nil {
			return err
		}
		f, _, err := fresh.Await(begin, func(f *harness.Frame) bool { return f.Cmd == args.CmdRefused })
		return refused(f, err)
	})
	for _, path := range []string{"/chat/conversations", "/readyz"} {
		ask(path, func() error {
			if got := a.Get(path); got.Status != 503 {
				return fmt.Errorf("answered %d", got.Status)
			}
			return nil
		})
	}
	ask("a new socket", func() error {
		_, response, err := a.TryDial("/chat")
		if err == nil || response == nil || response.StatusCode != 503 {
			return fmt.Errorf("answered %v", err)
		}
		return nil
	})
	db.Resume()
	for deadline := time.Now().Add(backLimit); ; time.Sleep(50 * time.Millisecond) {
		f, err := fresh.Send(b.Private(), "m2", "text")
		if err == nil && f.Cmd == args.CmdAck {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("no ack within %s of the database's return: %s, %v", backLimit, f.Raw, err)
		}
	}
	fmt.Printf("%s: 7 questions to a hanging database, slowest answer %.1f s\n", t.Name(), slowest.Seconds())
}
