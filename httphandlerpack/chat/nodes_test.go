package chat

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ginchat/model"
)

// An entry goes once to each node where somebody wants it, and is encoded once.
func TestForwardedOnceAndEncodedOnce(t *testing.T) {
	eachTown(t, 6, func(t *testing.T, a, b *house, town *town) {
		id := a.found(1, 2, 3, 4, 5)
		var heard []*listener
		for user := int64(2); user <= 5; user++ {
			_, l := b.connect(user, user)
			heard = append(heard, l)
		}
		b.settle(communityKey(id))
		a.say(1, community(id), "m", "hello")
		for _, l := range heard {
			l.hears(t, "5 hello")
		}
		if sent, encoded := town.sent.Load(), a.hub.encoded.Load()+b.hub.encoded.Load(); sent != 1 || encoded != 4+1 {
			t.Errorf("sent %d times and encoded %d times, want 1 and 5: four joins came before", sent, encoded)
		}
		a.say(1, private(6), "p", "to who is nowhere")
		a.say(1, private(2), "q", "to one there")
		heard[0].hears(t, "1 to one there")
		if sent := town.sent.Load(); sent != 2 {
			t.Errorf("sent %d entries, want 2", sent)
		}
	})
}

// Whatever the nodes fail to tell each other is found in the log, the last word
// before silence included.
func TestLostForwardsAreFoundInTheLog(t *testing.T) {
	eachTown(t, 4, func(t *testing.T, a, b *house, town *town) {
		id := a.found(1, 2)
		_, two := b.connect(2, 2)
		_, three := b.connect(3, 3)
		b.settle(communityKey(id), userKey(2), userKey(3))
		town.cut.Store(true)
		a.say(1, community(id), "m1", "one")
		two.hears(t, "2 one")
		a.say(1, private(2), "p1", "the first there is") // a conversation nobody had
		two.hears(t, "1 the first there is")
		a.change(model.Change{Op: model.OpJoin, Community: id, Actor: 3, Member: 3})
		a.say(1, community(id), "m2", "hello, three")
		three.hears(t, "3 join", "4 hello, three")
		two.hears(t, "3 join", "4 hello, three")
		a.change(model.Change{Op: model.OpKick, Community: id, Actor: 1, Member: 2})
		a.say(1, community(id), "m3", "without two")
		three.hears(t, "5 kick", "6 without two")
		two.hears(t, "5 kick")

		_, four := b.connect(4, 4)
		made := a.found(4)
		town.cut.Store(false)
		a.change(model.Change{Op: model.OpJoin, Community: made, Actor: 1, Member: 1})
		four.hears(t, "1 join") // its owner, on another node than the founding
	})
}

// An entry that overtook another waits for it; what comes twice is shown once.
func TestEarlyEntriesWait(t *testing.T) {
	eachTown(t, 2, func(t *testing.T, a, b *house, town *town) {
		_, two := b.connect(2, 2)
		town.cut.Store(true)
		var said []model.Message
		for n := range 4 {
			said = append(said, a.say(1, private(2), fmt.Sprint(n), fmt.Sprint("text ", n)))
		}
		two.hears(t, "1 text 0", "2 text 1", "3 text 2", "4 text 3")
		read := b.hub.repaired.Load()
		p := model.Parties{Low: 1, High: 2}
		next := said[3]
		for _, seq := range []int64{7, 6, 7, 5} {
			next.Seq, next.Content = seq, "forwarded"
			must(t, b.Receive(forwarded(p, next)))
		}
		two.hears(t, "5 forwarded", "6 forwarded", "7 forwarded")
		if more := b.hub.repaired.Load() - read; more != 0 {
			t.Errorf("%d entries were read from the log though all came", more)
		}
	})
}

// An early entry is not looked for in the log at once.
func TestEarlyEntriesAreNotReadAtOnce(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		w.connect(1, 1)
		d := newDeliverer(w.store, w.hub, nil, w.log)
		p := model.Parties{Low: 1, High: 2}
		d.entry(&entry{conversation: 9, parties: p, seq: 3, message: &model.Message{Seq: 3}})
		d.entry(&entry{conversation: 9, parties: p, seq: 5, message: &model.Message{Seq: 5}})
		if wait, ok := d.startRepair(t.Context()); !ok || wait <= 0 || wait > holdFor {
			t.Errorf("read after %s, %v; want to wait for at most %s", wait, ok, holdFor)
		}
		d.gaps[9].due = time.Now()
		if _, ok := d.startRepair(t.Context()); ok || !d.reading {
			t.Error("not read when it was due")
		}
		<-d.repairs
	})
}

// Who joins is told so where nobody followed the community before, without a
// look at the log.
func TestJoiningIsForwarded(t *testing.T) {
	eachTown(t, 2, func(t *testing.T, a, b *house, town *town) {
		id := a.found(1)
		_, two := b.connect(2, 2)
		b.settle(userKey(2))
		a.change(model.Change{Op: model.OpJoin, Community: id, Actor: 2, Member: 2})
		two.hears(t, "1 join")
		if read := b.hub.repaired.Load(); read != 0 {
			t.Errorf("%d entries were read from the log", read)
		}
		town.cut.Store(true) // and if that is lost, the log tells
		other := a.found(1)
		a.change(model.Change{Op: model.OpJoin, Community: other, Actor: 2, Member: 2})
		two.hears(t, "1 join")
	})
}

// Who was removed hears of no mark that was set after, even where word of the
// removal comes late.
func TestMarksWaitForWhatWasStoredBefore(t *testing.T) {
	eachTown(t, 3, func(t *testing.T, a, b *house, town *town) {
		id := a.found(1, 2, 3)
		_, two := b.connect(2, 2)
		_, three := b.connect(3, 3)
		b.settle(communityKey(id))
		a.say(1, community(id), "m", "hello")
		two.hears(t, "3 hello")
		three.hears(t, "3 hello")
		town.cut.Store(true)
		a.change(model.Change{Op: model.OpKick, Community: id, Actor: 1, Member: 2})
		town.await("the loss", func() bool { return town.lost.Load() == 1 })
		town.cut.Store(false)
		must(t, a.Read(context.Background(), 1, community(id), 4))
		three.hears(t, "4 kick", fmt.Sprintf("read 11 %d by 1: 4", id))
		two.hears(t, "4 kick")
	})
}

// An ended login's sockets close and its sends are refused, whatever gets lost.
func TestEndedLoginsOnOtherNodes(t *testing.T) {
	eachTown(t, 2, func(t *testing.T, a, b *house, town *town) {
		session, two := b.connect(2, 2)
		b.settle(userKey(2))
		submit := func(msgid string) error {
			answer := make(chan error, 1)
			must(t, b.Submit(context.Background(), session, Outgoing{To: private(1), MsgID: msgid, Draft: text("x")},
				func(_ *model.Message, err error) { answer <- err }))
			return <-answer
		}
		wantCode(t, submit("before"), "")
		must(t, town.db.Exec("DELETE FROM logins WHERE id=2").Error)
		wantCode(t, submit("after"), model.Unauthenticated)
		wantCode(t, submit("before"), "") // what was stored is stored
		must(t, a.store.Announce(context.Background(), 1, model.News{Ended: []model.EndedLogin{{User: 2, Login: 2}}}))
		b.await("the end of the session", func() bool { return two.endedBy() == LoginEnded })

		_, again := b.connect(2, 22)
		a.hub.EndLogins(2, 22)
		b.await("the end of the next session", func() bool { return again.endedBy() == LoginEnded })
		_, third := b.connect(2, 23)
		must(t, a.store.Announce(context.Background(), 1, model.News{Ended: []model.EndedLogin{{User: 2, Login: 23, Disabled: true}}}))
		b.await("the end of a disabled user's session", func() bool { return third.endedBy() == Disabled })
	})
}

// Pages on all nodes load a changed contact again, each once.
func TestChangedContactsOnOtherNodes(t *testing.T) {
	eachTown(t, 2, func(t *testing.T, a, b *house, town *town) {
		_, there := b.connect(2, 2)
		_, here := a.connect(2, 22)
		a.ContactChanged(2, private(1))
		here.hears(t, "changed 10 1")
		there.hears(t, "changed 10 1")
		time.Sleep(2 * tailEvery)
		here.hears(t)
		there.hears(t)
	})
}

// Without a directory every node is told everything, and presence is unknown.
func TestDirectoryAwayMeansEverybody(t *testing.T) {
	eachTown(t, 3, func(t *testing.T, a, b *house, town *town) {
		town.away.Store(true)
		_, two := b.connect(2, 2)
		a.say(1, private(2), "m", "hello")
		two.hears(t, "1 hello")
		if sent := town.sent.Load(); sent != 1 {
			t.Errorf("sent %d times, want once to the other node", sent)
		}
		if p := a.Presences(context.Background(), []int64{2, 3}); p[0].Online != -1 || p[1].Online != -1 {
			t.Errorf("presence is %v, want unknown", p)
		}
		if p := b.Presences(context.Background(), []int64{2}); p[0].Online != 1 {
			t.Errorf("on the node itself presence is %v, want online", p)
		}
		two.learns(t, "presence of 0: -1")
		town.away.Store(false)
		a.await("the directory's return", func() bool {
			return a.Presences(context.Background(), []int64{2})[0].Online == 1
		})
	})
}

// Friends learn who comes and goes, on every node, once, and of no short absence.
func TestPresence(t *testing.T) {
	eachTown(t, 3, func(t *testing.T, a, b *house, town *town) {
		must(t, town.db.Exec("UPDATE contacts SET state='blocked' WHERE owner_id=2 AND peer_id=3").Error)
		_, three := a.connect(3, 3)
		a.settle(userKey(3))
		_, one := a.connect(1, 1)
		three.learns(t, "presence of 1: 1")
		a.settle(userKey(1))
		phone, _ := b.connect(2, 2)
		one.learns(t, "presence of 2: 1")
		b.settle(userKey(2))
		laptop, _ := a.connect(2, 22) // another device, another node
		a.settle(userKey(2))
		b.disconnect(phone)
		time.Sleep(time.Second)
		a.disconnect(laptop)
		time.Sleep(grace / 2)
		laptop, _ = b.connect(2, 23) // back after a moment, elsewhere
		time.Sleep(grace + 2*time.Second)
		if p := a.Presences(context.Background(), []int64{2}); p[0].Online != 1 {
			t.Errorf("presence is %+v, want online", p)
		}
		one.hearsNothingOf(t, 2)
		left := model.MillisOf(time.Now())
		b.disconnect(laptop)
		one.learns(t, "presence of 2: 0")
		if p := a.Presences(context.Background(), []int64{2}); p[0].Online != 0 || p[0].Seen < left {
			t.Errorf("presence is %+v, want last seen after %d", p, left)
		}
		three.hearsNothingOf(t, 2) // who has blocked them
	})
}
