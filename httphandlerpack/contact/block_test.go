package contact

import (
	"testing"

	"ginchat/model"
)

func TestBlock(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert", "carl")
		anna, bert, carl := u[0], u[1], u[2]
		if _, err := h.AddFriend(t.Context(), anna, "bert"); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "remark", h.Remark(t.Context(), anna, bert, "Bertie"), "")
		h.told = nil
		wantCode(t, "a friend", h.Block(t.Context(), anna, bert), "")
		h.wantState("a friend", anna, bert, "blocked/friend")
		h.wantTold("a friend", about(anna, private, bert)) // and not the blocked one
		wantCode(t, "again", h.Block(t.Context(), anna, bert), "")
		if friends, err := h.Friends(t.Context(), anna); err != nil || len(friends) != 0 {
			t.Errorf("the blocker's friends: %+v, %v", friends, err)
		}
		if blocked, err := h.Blocked(t.Context(), anna); err != nil || len(blocked) != 1 || blocked[0].User.ID != bert {
			t.Errorf("blocked: %+v, %v", blocked, err)
		}
		if friends, err := h.Friends(t.Context(), bert); err != nil || len(friends) != 1 || friends[0].Presence.Online != -1 {
			t.Errorf("the blocked one sees presence: %+v, %v", friends, err)
		}
		wantCode(t, "unblock", h.Unblock(t.Context(), anna, bert), "")
		h.wantState("unblock", anna, bert, "friend/friend")
		if friends, err := h.Friends(t.Context(), anna); err != nil || len(friends) != 1 || friends[0].Remark != "Bertie" {
			t.Errorf("after block and unblock the remark is gone: %+v, %v", friends, err)
		}
		wantCode(t, "unblock again", h.Unblock(t.Context(), anna, bert), model.NotFound)

		wantCode(t, "a stranger", h.Block(t.Context(), anna, carl), "")
		h.wantState("a stranger", anna, carl, "blocked/")
		_, err := h.AddFriend(t.Context(), carl, "anna")
		wantCode(t, "add who has blocked one", err, model.Forbidden)
		_, err = h.AddFriend(t.Context(), anna, "carl")
		wantCode(t, "add whom one has blocked", err, model.Conflict)
		wantCode(t, "unblock a stranger", h.Unblock(t.Context(), anna, carl), "")
		h.wantState("unblock a stranger", anna, carl, "/")

		wantCode(t, "oneself", h.Block(t.Context(), anna, anna), model.Invalid)
		wantCode(t, "nobody", h.Block(t.Context(), anna, 999), model.NotFound)
	})
}

func TestBlockEndsARequest(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert")
		h.approving(u[1])
		if _, err := h.AddFriend(t.Context(), u[0], "bert"); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "block the asker", h.Block(t.Context(), u[1], u[0]), "")
		h.wantState("block the asker", u[0], u[1], "/blocked")
		wantCode(t, "answer after that", h.AnswerFriend(t.Context(), u[1], u[0], true), model.NotFound)
	})
}

// Nobody becomes a friend by unblocking who never said so.
func TestMutualBlocksLeaveNoFriendship(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert")
		for i := range 2 {
			wantCode(t, "block", h.Block(t.Context(), u[i], u[1-i]), "")
		}
		for i := range 2 {
			wantCode(t, "unblock", h.Unblock(t.Context(), u[i], u[1-i]), "")
		}
		h.wantState("both unblocked", u[0], u[1], "/")
	})
}
