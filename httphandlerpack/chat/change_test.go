package chat

import (
	"context"
	"slices"
	"sync"
	"testing"

	"ginchat/model"
)

// TestWhoMayChange is the exact table of what owner, admin, member, ex-member
// and stranger may do to a community.
func TestWhoMayChange(t *testing.T) {
	const owner, admin, member, gone, stranger, other, otherAdmin = 1, 2, 3, 4, 5, 6, 7
	name, memo := "New", "memo"
	on := func(op model.Op, target int64, role model.Role) model.Change {
		return model.Change{Op: op, Member: target, Role: role}
	}
	rename := model.Change{Op: model.OpRename, Update: model.CommunityUpdate{Name: &name}}
	update := model.Change{Op: model.OpUpdate, Update: model.CommunityUpdate{Memo: &memo}}
	const yes, no, none, dup = model.Code(""), model.Forbidden, model.NotFound, model.Conflict
	tests := []struct {
		name   string
		change model.Change
		want   [5]model.Code // owner, admin, member, gone, stranger
	}{
		{"rename", rename, [5]model.Code{yes, yes, no, no, no}},
		{"update", update, [5]model.Code{yes, yes, no, no, no}},
		{"nothing", model.Change{Op: model.OpUpdate}, [5]model.Code{model.Invalid, model.Invalid, no, no, no}},
		{"kick member", on(model.OpKick, other, ""), [5]model.Code{yes, yes, no, no, no}},
		{"kick admin", on(model.OpKick, otherAdmin, ""), [5]model.Code{yes, no, no, no, no}},
		{"kick owner", on(model.OpKick, owner, ""), [5]model.Code{no, no, no, no, no}},
		{"kick nobody", on(model.OpKick, 99, ""), [5]model.Code{none, none, no, no, no}},
		{"make admin", on(model.OpRole, other, model.RoleAdmin), [5]model.Code{yes, no, no, no, no}},
		{"hand over", on(model.OpRole, other, model.RoleOwner), [5]model.Code{yes, no, no, no, no}},
		{"mute member", on(model.OpSilence, other, ""), [5]model.Code{yes, yes, no, no, no}},
		{"mute admin", on(model.OpSilence, otherAdmin, ""), [5]model.Code{yes, no, no, no, no}},
		{"invite", on(model.OpJoin, 9, ""), [5]model.Code{yes, yes, yes, no, no}},
		{"invite member", on(model.OpJoin, other, ""), [5]model.Code{dup, dup, dup, no, no}},
		{"leave", on(model.OpLeave, 0, ""), [5]model.Code{no, yes, yes, no, no}},
		{"join", on(model.OpJoin, 0, ""), [5]model.Code{dup, dup, dup, yes, yes}},
		{"dissolve", model.Change{Op: model.OpDissolve}, [5]model.Code{yes, no, no, no, no}},
	}
	eachDatabase(t, 9, func(t *testing.T, w *world) {
		w.cfg.CommunitiesOwned = 0
		for _, k := range w.committers {
			k.limits.CommunitiesOwned = 0
		}
		for _, tt := range tests {
			for who, want := range tt.want {
				id := w.found(owner, admin, member, gone, other, otherAdmin)
				for _, a := range []int64{admin, otherAdmin} {
					w.change(model.Change{Op: model.OpRole, Community: id, Actor: owner, Member: a, Role: model.RoleAdmin})
				}
				w.change(model.Change{Op: model.OpLeave, Community: id, Actor: gone, Member: gone})
				change := tt.change
				change.Community, change.Actor = id, int64(who+1)
				if change.Member == 0 {
					change.Member = change.Actor
				}
				_, err := w.Change(context.Background(), change)
				if code := model.CodeOf(err); code != want {
					t.Errorf("%s by user %d: code %q, want %q (%v)", tt.name, who+1, code, want, err)
				}
			}
		}
		_, err := w.Change(context.Background(), model.Change{Op: model.OpDissolve, Community: 9999, Actor: 1})
		wantCode(t, err, model.NotFound)
	})
}

func TestClosedCommunities(t *testing.T) {
	eachDatabase(t, 4, func(t *testing.T, w *world) {
		for _, policy := range []model.JoinPolicy{model.JoinApproval, model.JoinInvite} {
			id := w.found(1, 2)
			w.change(model.Change{Op: model.OpUpdate, Community: id, Actor: 1, Update: model.CommunityUpdate{JoinPolicy: &policy}})
			_, err := w.Change(context.Background(), model.Change{Op: model.OpJoin, Community: id, Actor: 3, Member: 3})
			wantCode(t, err, model.Forbidden)
			_, err = w.Change(context.Background(), model.Change{Op: model.OpJoin, Community: id, Actor: 2, Member: 3})
			wantCode(t, err, model.Forbidden)
			w.change(model.Change{Op: model.OpJoin, Community: id, Actor: 1, Member: 3})
		}
	})
}

func TestChangesAreEntries(t *testing.T) {
	eachDatabase(t, 4, func(t *testing.T, w *world) {
		id := w.found(1, 2)
		w.say(2, community(id), "a", "hello")
		name, since := "Renamed", model.HistorySinceJoin
		w.change(model.Change{Op: model.OpRename, Community: id, Actor: 1, Update: model.CommunityUpdate{Name: &name}})
		w.change(model.Change{Op: model.OpUpdate, Community: id, Actor: 1, Update: model.CommunityUpdate{HistoryPolicy: &since}})
		w.change(model.Change{Op: model.OpJoin, Community: id, Actor: 3, Member: 3})
		w.change(model.Change{Op: model.OpKick, Community: id, Actor: 1, Member: 2})
		want := []string{"join", "hello", "renameRenamed", "update", "join", "kick"}
		if got := w.contents(1, community(id)); !slices.Equal(got, want) {
			t.Errorf("the owner reads %q, want %q", got, want)
		}
		if got := w.contents(3, community(id)); !slices.Equal(got, want[4:]) {
			t.Errorf("who joined later reads %q, want %q", got, want[4:])
		}
		_, _, err := w.History(context.Background(), 2, community(id), Page{})
		wantCode(t, err, model.Forbidden)
		_, err = w.Send(context.Background(), 2, community(id), "b", text("still here?"), nil)
		wantCode(t, err, model.Forbidden)
		w.change(model.Change{Op: model.OpDissolve, Community: id, Actor: 1})
		_, _, err = w.History(context.Background(), 1, community(id), Page{})
		wantCode(t, err, model.NotFound)
	})
}

func TestRenameRepeatsUnderItsMsgID(t *testing.T) {
	eachDatabase(t, 1, func(t *testing.T, w *world) {
		id := w.found(1)
		name, other := "Renamed", "Else"
		change := model.Change{Op: model.OpRename, Community: id, Actor: 1, MsgID: "r", Update: model.CommunityUpdate{Name: &name}}
		first, again := w.change(change), w.change(change)
		if first.Seq != 1 || again.Seq != 1 {
			t.Errorf("seqs %d and %d, want 1 and 1", first.Seq, again.Seq)
		}
		change.Update.Name = &other
		_, err := w.Change(context.Background(), change)
		wantCode(t, err, model.Conflict)
	})
}

func TestLimitsAreExact(t *testing.T) {
	eachDatabase(t, 30, func(t *testing.T, w *world) {
		count := func(f func(i int) error) (ok int) {
			var mu sync.Mutex
			var wg sync.WaitGroup
			for i := range 20 {
				wg.Go(func() {
					err := f(i)
					mu.Lock()
					defer mu.Unlock()
					switch model.CodeOf(err) {
					case "":
						ok++
					case model.Conflict:
					default:
						t.Errorf("call %d: %v", i, err)
					}
				})
			}
			wg.Wait()
			return ok
		}
		if ok := count(func(int) error {
			_, err := w.CreateCommunity(context.Background(), model.Community{Name: "C", OwnerID: 1, JoinPolicy: model.JoinOpen, HistoryPolicy: model.HistoryAll})
			return err
		}); ok != 5 {
			t.Errorf("20 communities at once: %d made, want 5", ok)
		}
		id := w.found(2, 1)
		if ok := count(func(i int) error {
			_, err := w.Change(context.Background(), model.Change{Op: model.OpJoin, Community: id, Actor: int64(i + 3), Member: int64(i + 3)})
			return err
		}); ok != 8 {
			t.Errorf("20 joins at once: %d joined, want 8 beside two", ok)
		}
		_, err := w.Change(context.Background(), model.Change{Op: model.OpRole, Community: id, Actor: 2, Member: 1, Role: model.RoleOwner})
		wantCode(t, err, model.Conflict) // user 1 owns five
	})
}
