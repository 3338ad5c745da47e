package chat

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"ginchat/model"
)

func TestDeliveryReachesEveryDeviceButTheSendersSocket(t *testing.T) {
	eachDatabase(t, 3, func(t *testing.T, w *world) {
		phone, onPhone := w.connect(1, 1)
		_, onLaptop := w.connect(1, 2)
		_, onOther := w.connect(2, 3)
		_, onStranger := w.connect(3, 4)
		done := make(chan error, 1)
		must(t, w.Submit(context.Background(), phone, Outgoing{To: private(2), MsgID: "a", Draft: text("hello")}, func(_ *model.Message, err error) { done <- err }))
		must(t, <-done)
		onLaptop.hears(t, "1 hello")
		onOther.hears(t, "1 hello")
		w.say(2, private(1), "b", "answer")
		onPhone.hears(t, "2 answer") // and no frame for its own send
		onLaptop.hears(t, "2 answer")
		w.say(1, private(1), "c", "note to self")
		onPhone.hears(t, "1 note to self")
		onStranger.hears(t)
	})
}

func TestCommunityFollowsMembership(t *testing.T) {
	eachDatabase(t, 4, func(t *testing.T, w *world) {
		id := w.found(1, 2)
		_, one := w.connect(1, 1)
		_, two := w.connect(2, 2)
		three, onThree := w.connect(3, 3)
		w.say(1, community(id), "a", "before")
		one.hears(t, "2 before")
		two.hears(t, "2 before")
		w.change(model.Change{Op: model.OpJoin, Community: id, Actor: 3, Member: 3})
		onThree.hears(t, "3 join")
		w.say(3, community(id), "b", "hi")
		onThree.hears(t, "4 hi")
		w.change(model.Change{Op: model.OpKick, Community: id, Actor: 1, Member: 3})
		onThree.hears(t, "5 kick") // the last it hears
		w.say(1, community(id), "c", "after")
		two.hears(t, "3 join", "4 hi", "5 kick", "6 after")
		w.disconnect(three)
		_, again := w.connect(3, 3)
		w.say(1, community(id), "d", "still")
		two.hears(t, "7 still")
		again.hears(t)
		onThree.hears(t)
		w.change(model.Change{Op: model.OpDissolve, Community: id, Actor: 1})
		two.hears(t, "8 dissolve")
		if n := len(w.hub.audiences[id%hubShards].audiences); n != 0 {
			t.Errorf("%d audiences left after the end", n)
		}
	})
}

// A removal that is answered comes before everything else: nothing committed
// later reaches who was removed, however the two race.
func TestNothingAfterRemoval(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		id := w.found(1, 2)
		_, two := w.connect(2, 2)
		for round := range 10 {
			var wg sync.WaitGroup
			wg.Go(func() {
				for i := range 20 {
					w.say(1, community(id), fmt.Sprint(round, "-", i), "x")
				}
			})
			w.change(model.Change{Op: model.OpKick, Community: id, Actor: 1, Member: 2})
			heard := len(two.frames())
			wg.Wait()
			w.say(1, community(id), fmt.Sprint(round, "-last"), "x")
			w.change(model.Change{Op: model.OpJoin, Community: id, Actor: 2, Member: 2})
			frames := two.frames()
			if len(frames) != heard+1 || !slices.Contains(frames[heard:], frames[len(frames)-1]) || frames[len(frames)-1][len(frames[len(frames)-1])-4:] != "join" {
				t.Fatalf("round %d: after the removal came %q, want only the next join", round, frames[heard:])
			}
		}
	})
}

func TestSessionsComeAndGoWhileMembershipChanges(t *testing.T) {
	eachDatabase(t, 3, func(t *testing.T, w *world) {
		id := w.found(1, 2)
		var wg sync.WaitGroup
		wg.Go(func() {
			for range 30 {
				w.change(model.Change{Op: model.OpLeave, Community: id, Actor: 2, Member: 2})
				w.change(model.Change{Op: model.OpJoin, Community: id, Actor: 2, Member: 2})
			}
		})
		for range 4 {
			wg.Go(func() {
				for range 30 {
					s, _ := w.connect(2, 2)
					w.disconnect(s)
				}
			})
		}
		wg.Wait()
		if n := len(w.hub.audiences[id%hubShards].audiences); n != 0 {
			t.Fatalf("%d audiences left with nobody online", n)
		}
		s, two := w.connect(2, 2)
		w.say(1, community(id), "last", "here?")
		two.hears(t, "62 here?")
		w.disconnect(s)
	})
}

func TestHubEndsSessions(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		w.hub.maxSockets = 2
		_, one := w.connect(1, 11)
		two, onTwo := w.connect(1, 12)
		must(t, w.hub.Enter(context.Background(), 1))
		if why, ok := w.hub.Attach(&Session{UserID: 1, LoginID: 13}); ok || why != TooManySockets {
			t.Errorf("a third socket: %v %v, want %v", ok, why, TooManySockets)
		}
		w.hub.Leave(1)
		w.hub.EndLogins(1, 11)
		if one.endedBy() != LoginEnded || onTwo.endedBy() != 0 {
			t.Errorf("ended by %d and %d, want only the first", one.endedBy(), onTwo.endedBy())
		}
		w.disconnect(two)
		if p := w.Presences(t.Context(), []int64{1, 2}); p[0].Online != 1 || p[1].Online != 0 {
			t.Error("online is wrong")
		}
		must(t, w.hub.Enter(context.Background(), 1))
		if why, ok := w.hub.Attach(&Session{UserID: 1, LoginID: 11}); ok || why != LoginEnded {
			t.Errorf("a socket of an ended login: %v %v, want %v", ok, why, LoginEnded)
		}
		w.hub.EndAll(Restarting, 0)
		if one.endedBy() != LoginEnded {
			t.Log("a session keeps its first reason")
		}
	})
}

func TestReadMarks(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		ctx := context.Background()
		_, tablet := w.connect(2, 9)
		for i := range 3 {
			w.say(1, private(2), fmt.Sprint(i), "x")
		}
		tablet.hears(t, "1 x", "2 x", "3 x") // nothing is on its way any more
		unread := func(user int64) int64 {
			rows, err := w.Conversations(ctx, user)
			must(t, err)
			return rows[0].Unread
		}
		if a, b := unread(1), unread(2); a != 0 || b != 3 {
			t.Errorf("unread %d and %d, want 0 and 3", a, b)
		}
		_, one := w.connect(1, 1)
		phone, onPhone := w.connect(2, 2)
		_, onLaptop := w.connect(2, 3)
		must(t, w.ReadOn(ctx, phone, private(1), 2))
		one.hears(t, "read 10 2 by 2: 2")
		onLaptop.hears(t, "read 10 1 by 2: 2")
		must(t, w.Read(ctx, 2, private(1), 1)) // a mark only grows
		wantCode(t, w.Read(ctx, 2, private(1), 4), model.Invalid)
		if got := unread(2); got != 1 {
			t.Errorf("unread %d, want 1", got)
		}
		must(t, w.Mute(ctx, 2, private(1), true))
		onPhone.hears(t, "changed 10 1")
		rows, err := w.Conversations(ctx, 2)
		must(t, err)
		if !rows[0].Muted || rows[0].Title != "User 1" || rows[0].LastSender != "User 1" || rows[0].Last.Content != "x" {
			t.Errorf("row is %+v", rows[0])
		}
	})
}

// Who leaves while the list of their communities is being read must not be
// made to follow by what was read before.
func TestLoadSeesAChangeMadeMeanwhile(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		id := w.found(1, 2)
		reads := 0
		w.hub.placesOf = func(ctx context.Context, user int64) ([]followed, error) {
			reads++
			places, err := w.store.Follows(ctx, user)
			if reads == 1 {
				w.change(model.Change{Op: model.OpLeave, Community: id, Actor: 2, Member: 2})
			}
			return places, err
		}
		_, two := w.connect(2, 2)
		w.say(1, community(id), "a", "not for two")
		two.hears(t)
		if reads != 2 || len(w.hub.audiences[id%hubShards].audiences) != 0 {
			t.Errorf("%d reads, want 2; and the community is still followed", reads)
		}
	})
}
