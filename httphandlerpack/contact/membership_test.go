package contact

import (
	"fmt"
	"sync"
	"testing"

	"ginchat/model"
)

func TestJoin(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert", "carl", "dora")
		anna, bert, carl, dora := u[0], u[1], u[2], u[3]
		staff := map[int64]model.Role{anna: model.RoleOwner, bert: model.RoleAdmin, carl: model.RoleMember}
		open := h.community("open", model.JoinOpen, staff)
		asks := h.community("asks", model.JoinApproval, staff)
		closed := h.community("closed", model.JoinInvite, staff)

		joined, err := h.Join(t.Context(), dora, open)
		if err != nil || joined.Role != model.RoleMember || joined.Members != 4 {
			t.Errorf("joined %+v, %v", joined, err)
		}
		h.wantChange("open", model.Change{Op: model.OpJoin, Community: open, Actor: dora, Member: dora})
		h.wantTold("open", about(dora, public, open))
		_, err = h.Join(t.Context(), dora, open)
		wantCode(t, "again", err, model.Conflict)

		asked, err := h.Join(t.Context(), dora, asks)
		if err != nil || !asked.Asked || asked.Role != "" {
			t.Errorf("asked %+v, %v", asked, err)
		}
		h.wantTold("approval", about(dora, public, asks), about(anna, public, asks), about(bert, public, asks))
		_, err = h.Join(t.Context(), dora, asks)
		wantCode(t, "ask again", err, model.Conflict)
		_, err = h.Join(t.Context(), carl, asks)
		wantCode(t, "a member asks", err, model.Conflict)
		_, err = h.Join(t.Context(), dora, closed)
		wantCode(t, "invitation only", err, model.Forbidden)
		_, err = h.Join(t.Context(), dora, 999)
		wantCode(t, "no community", err, model.NotFound)
		h.wantChange("nobody else joined")
	})
}

func TestParallelRequestsAreOne(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert")
		id := h.community("asks", model.JoinApproval, map[int64]model.Role{u[0]: model.RoleOwner})
		var mu sync.Mutex
		codes := map[model.Code]int{}
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				_, err := h.Join(t.Context(), u[1], id)
				mu.Lock()
				defer mu.Unlock()
				codes[model.CodeOf(err)]++
			})
		}
		wg.Wait()
		if codes[""] != 1 || codes[model.Conflict] != 49 {
			t.Errorf("outcomes %v, want 1 request and 49 conflicts", codes)
		}
	})
}

// Who may do what to whom in each place a user can have. The log's own checks,
// under its lock, are not part of this table.
func TestInviteByRole(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("owner", "admin", "member", "stranger", "friend", "asker", "nofriend")
		friend, asker, noFriend := u[4], u[5], u[6]
		roles := map[int64]model.Role{u[0]: model.RoleOwner, u[1]: model.RoleAdmin, u[2]: model.RoleMember}
		for _, one := range u[:4] {
			if _, err := h.AddFriend(t.Context(), one, fmt.Sprint(friend)); err != nil {
				t.Fatal(err)
			}
		}
		const yes, no = model.Code(""), model.Forbidden
		tests := []struct {
			policy                               model.JoinPolicy
			target                               int64
			byOwner, byAdmin, byMember, stranger model.Code
		}{
			{model.JoinOpen, friend, yes, yes, yes, no},
			{model.JoinApproval, friend, yes, yes, no, no},
			{model.JoinInvite, friend, yes, yes, no, no},
			{model.JoinOpen, noFriend, no, no, no, no},
			{model.JoinInvite, noFriend, no, no, no, no},
			{model.JoinApproval, asker, yes, yes, no, no},
			{model.JoinOpen, asker, yes, yes, no, no},
			{model.JoinOpen, 999, model.NotFound, model.NotFound, model.NotFound, no},
		}
		for _, tt := range tests {
			for i, want := range []model.Code{tt.byOwner, tt.byAdmin, tt.byMember, tt.stranger} {
				id := h.community("c", tt.policy, roles)
				if tt.target == asker {
					if err := h.store.AddRequest(t.Context(), id, asker, 1); err != nil {
						t.Fatal(err)
					}
				}
				h.changes = nil
				err := h.Invite(t.Context(), u[i], id, tt.target)
				wantCode(t, fmt.Sprintf("%s, user %d invites %d", tt.policy, u[i], tt.target), err, want)
				if want != yes {
					h.wantChange("refused")
					continue
				}
				h.wantChange("invited", model.Change{Op: model.OpJoin, Community: id, Actor: u[i], Member: tt.target})
				if asking, err := h.store.Asking(t.Context(), id); err != nil || len(asking) != 0 {
					t.Errorf("a request is left: %v, %v", asking, err)
				}
			}
		}
		wantCode(t, "no community", h.Invite(t.Context(), u[0], 999, friend), model.NotFound)
		if err := h.Block(t.Context(), friend, u[0]); err != nil {
			t.Fatal(err)
		}
		id := h.community("c", model.JoinOpen, roles)
		wantCode(t, "who has blocked one", h.Invite(t.Context(), u[0], id, friend), model.Forbidden)
	})
}

func TestRequestsToJoin(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("owner", "admin", "member", "stranger", "asker")
		asker := u[4]
		id := h.community("c", model.JoinApproval, map[int64]model.Role{u[0]: model.RoleOwner, u[1]: model.RoleAdmin, u[2]: model.RoleMember})
		ask := func() {
			t.Helper()
			if _, err := h.Join(t.Context(), asker, id); err != nil {
				t.Fatal(err)
			}
			h.told, h.changes = nil, nil
		}
		asked := func() bool {
			t.Helper()
			c, err := h.Community(t.Context(), asker, id)
			if err != nil {
				t.Fatal(err)
			}
			return c.Asked
		}
		ask()
		wantCode(t, "declined by the admin", h.Kick(t.Context(), u[1], id, asker), "")
		h.wantTold("declined by the admin", about(asker, public, id), about(u[0], public, id), about(u[1], public, id))
		if h.wantChange("declined by the admin"); asked() {
			t.Error("a declined request is still there")
		}
		ask()
		h.refuse = model.Errorf(model.Forbidden, "not you") // what the log says of these two
		for _, i := range []int{2, 3} {
			wantCode(t, "declined by who may not", h.Kick(t.Context(), u[i], id, asker), model.Forbidden)
		}
		if h.refuse = nil; !asked() {
			t.Error("a member or stranger declined a request")
		}
		h.changes = nil
		wantCode(t, "taken back", h.Leave(t.Context(), asker, id), "")
		if h.wantChange("taken back"); asked() {
			t.Error("a request taken back is still there")
		}
		wantCode(t, "no community", h.Kick(t.Context(), u[0], 999, asker), model.NotFound)
		wantCode(t, "leave no community", h.Leave(t.Context(), u[0], 999), model.NotFound)
	})
}

func TestChangesGoThroughTheLog(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("owner", "member")
		owner, member := u[0], u[1]
		id := h.community("c", model.JoinOpen, map[int64]model.Role{owner: model.RoleOwner, member: model.RoleMember})
		tests := []struct {
			what   string
			do     func() error
			change model.Change
			told   string
		}{
			{"leave", func() error { return h.Leave(t.Context(), member, id) },
				model.Change{Op: model.OpLeave, Actor: member, Member: member}, about(member, public, id)},
			{"kick", func() error { return h.Kick(t.Context(), owner, id, member) },
				model.Change{Op: model.OpKick, Actor: owner, Member: member}, about(member, public, id)},
			{"role", func() error { return h.SetRole(t.Context(), owner, id, member, model.RoleAdmin) },
				model.Change{Op: model.OpRole, Actor: owner, Member: member, Role: model.RoleAdmin}, about(member, public, id)},
			{"mute", func() error { return h.Silence(t.Context(), owner, id, member, 5) },
				model.Change{Op: model.OpSilence, Actor: owner, Member: member, Until: 5}, about(member, public, id)},
		}
		for _, tt := range tests {
			tt.change.Community = id
			wantCode(t, tt.what, tt.do(), "")
			h.wantChange(tt.what, tt.change)
			h.wantTold(tt.what, tt.told)
			h.refuse = model.Errorf(model.Forbidden, "you may not")
			wantCode(t, tt.what+" refused", tt.do(), model.Forbidden)
			h.wantTold(tt.what + " refused")
			h.refuse, h.changes = nil, nil
		}
		wantCode(t, "no role", h.SetRole(t.Context(), owner, id, member, "requested"), model.Invalid)
		wantCode(t, "no time", h.Silence(t.Context(), owner, id, member, -1), model.Invalid)
		h.wantChange("invalid")
	})
}

func TestWaiting(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert", "carl", "dora")
		anna, bert, carl, dora := u[0], u[1], u[2], u[3]
		owned := h.community("owned", model.JoinApproval, map[int64]model.Role{anna: model.RoleOwner})
		led := h.community("led", model.JoinApproval, map[int64]model.Role{bert: model.RoleOwner, anna: model.RoleAdmin})
		joined := h.community("joined", model.JoinApproval, map[int64]model.Role{bert: model.RoleOwner, anna: model.RoleMember})
		for id, askers := range map[int64][]int64{owned: {carl, dora}, led: {carl}, joined: {carl, dora}} {
			for _, asker := range askers {
				if _, err := h.Join(t.Context(), asker, id); err != nil {
					t.Fatal(err)
				}
			}
		}
		h.member(owned, dora, model.RoleMember) // whose request is not dropped yet
		h.approving(anna)
		for _, asker := range []int64{bert, carl} {
			if _, err := h.AddFriend(t.Context(), asker, fmt.Sprint(anna)); err != nil {
				t.Fatal(err)
			}
		}
		for user, want := range map[int64]string{
			anna: fmt.Sprint(Waiting{Friends: 2, Joins: map[int64]int{owned: 1, led: 1}}),
			bert: fmt.Sprint(Waiting{Joins: map[int64]int{led: 1, joined: 2}}),
			carl: fmt.Sprint(Waiting{Joins: map[int64]int{}}),
		} {
			if got, err := h.Waiting(t.Context(), user); err != nil || fmt.Sprint(got) != want {
				t.Errorf("for user %d wait %v, %v; want %s", user, got, err, want)
			}
		}
		friends, joins, err := h.RequestCounts(t.Context(), anna)
		if friends != 2 || joins != 2 || err != nil {
			t.Errorf("%d and %d wait, %v", friends, joins, err)
		}
	})
}
