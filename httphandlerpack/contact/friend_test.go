package contact

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ginchat/model"
)

const private = model.KindPrivate

func TestAddFriend(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert", "13800000001")
		add := func(me int64, who string) error {
			_, err := h.AddFriend(t.Context(), me, who)
			return err
		}
		friend, err := h.AddFriend(t.Context(), u[0], fmt.Sprint(u[1]))
		if err != nil || friend.State != model.Friend || friend.User.ID != u[1] || friend.Presence.Online != int(u[1]%2) {
			t.Errorf("added %+v, %v", friend, err)
		}
		h.wantState("by id", u[0], u[1], "friend/friend")
		h.wantTold("by id", about(u[0], private, u[1]), about(u[1], private, u[0]))
		wantCode(t, "again", add(u[0], "bert"), model.Conflict)
		wantCode(t, "the other way", add(u[1], "anna"), model.Conflict)
		wantCode(t, "oneself", add(u[0], "anna"), model.Invalid)
		wantCode(t, "nobody", add(u[0], "999999"), model.NotFound)
		wantCode(t, "no number", add(u[0], "-1"), model.NotFound)
		wantCode(t, "empty", add(u[0], " "), model.Invalid)
		h.wantTold("refused adds")
		wantCode(t, "by mobile number", add(u[0], "13800000001"), "")
		h.wantState("by mobile number", u[0], u[2], "friend/friend")
		friends, err := h.Friends(t.Context(), u[0])
		if err != nil || len(friends) != 2 || friends[0].User.ID != u[1] || friends[1].User.ID != u[2] {
			t.Errorf("friends %+v, %v", friends, err)
		}
	})
}

// A short number means the id, a long one the mobile number, where both exist.
func TestNumbersMeanIDsOrAccounts(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		anna := h.user("anna").ID
		byID, byAccount := h.user("someone").ID, h.user("13800000009").ID
		h.exec("UPDATE users SET id = 13800000009 WHERE id = ?", byID)
		found, err := h.AddFriend(t.Context(), anna, "13800000009")
		if err != nil || found.User.ID != byAccount {
			t.Errorf("a long number found user %d, %v, want the account %d", found.User.ID, err, byAccount)
		}
		h.exec("UPDATE users SET id = 4711 WHERE id = 13800000009")
		h.user("4711")
		if found, err := h.AddFriend(t.Context(), anna, "4711"); err != nil || found.User.ID != 4711 {
			t.Errorf("a short number found user %d, %v, want id 4711", found.User.ID, err)
		}
		account := h.user("5555").ID
		if found, err := h.AddFriend(t.Context(), anna, "5555"); err != nil || found.User.ID != account {
			t.Errorf("a short number that is no id found user %d, %v", found.User.ID, err)
		}
	})
}

func TestRequests(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert", "carl")
		anna, bert, carl := u[0], u[1], u[2]
		h.approving(bert)
		for _, asker := range []int64{anna, carl} {
			asked, err := h.AddFriend(t.Context(), asker, "bert")
			if err != nil || asked.State != model.Requested || asked.Presence.Online != -1 {
				t.Errorf("asked %+v, %v", asked, err)
			}
		}
		_, err := h.AddFriend(t.Context(), anna, "bert")
		wantCode(t, "asked again", err, model.Conflict)
		requests, err := h.Requests(t.Context(), bert)
		if err != nil || len(requests) != 2 || requests[0].User.ID != anna || requests[0].Presence.Online != -1 {
			t.Errorf("requests %+v, %v", requests, err)
		}
		if asked, err := h.Asked(t.Context(), anna); err != nil || len(asked) != 1 || asked[0].User.ID != bert {
			t.Errorf("asked %+v, %v", asked, err)
		}
		h.told = nil
		wantCode(t, "one's own request", h.AnswerFriend(t.Context(), anna, bert, true), model.NotFound)
		wantCode(t, "accept", h.AnswerFriend(t.Context(), bert, anna, true), "")
		h.wantTold("accept", about(anna, private, bert), about(bert, private, anna))
		h.wantState("accept", anna, bert, "friend/friend")
		wantCode(t, "accept again", h.AnswerFriend(t.Context(), bert, anna, true), model.NotFound)
		wantCode(t, "decline", h.AnswerFriend(t.Context(), bert, carl, false), "")
		h.wantState("decline", carl, bert, "/")
		wantCode(t, "nobody", h.AnswerFriend(t.Context(), bert, 999, true), model.NotFound)
	})
}

func TestAskingEachOtherMakesFriends(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert")
		h.approving(u[0])
		h.approving(u[1])
		for i, want := range []model.ContactState{model.Requested, model.Friend} {
			friend, err := h.AddFriend(t.Context(), u[i], fmt.Sprint(u[1-i]))
			if err != nil || friend.State != want {
				t.Errorf("add %d: %+v, %v", i, friend, err)
			}
		}
		h.wantState("both asked", u[0], u[1], "friend/friend")
	})
}

func TestCrossingAdds(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		var names []string
		for i := range 10 {
			names = append(names, fmt.Sprint("user", i))
		}
		u := h.users(names...)
		var mu sync.Mutex
		codes := map[model.Code]int{}
		var wg sync.WaitGroup
		for i := range u {
			for j := range u {
				if i == j {
					continue
				}
				wg.Go(func() {
					_, err := h.AddFriend(t.Context(), u[i], fmt.Sprint(u[j]))
					mu.Lock()
					defer mu.Unlock()
					codes[model.CodeOf(err)]++
					if model.CodeOf(err) == model.Internal {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if codes[""] != 45 || codes[model.Conflict] != 45 {
			t.Errorf("outcomes %v, want 45 friendships and 45 conflicts", codes)
		}
		for i := range u {
			for j := range i {
				h.wantState("crossing", u[i], u[j], "friend/friend")
			}
		}
	})
}

func TestManyParallelAddsOfOnePair(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert")
		var mu sync.Mutex
		codes := map[model.Code]int{}
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				_, err := h.AddFriend(t.Context(), u[i%2], fmt.Sprint(u[1-i%2]))
				mu.Lock()
				defer mu.Unlock()
				codes[model.CodeOf(err)]++
			})
		}
		wg.Wait()
		if codes[""] != 1 || codes[model.Conflict] != 49 {
			t.Errorf("outcomes %v, want 1 success and 49 conflicts", codes)
		}
	})
}

func TestRemoveFriend(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert", "carl")
		anna, bert, carl := u[0], u[1], u[2]
		befriend := func(a, b int64) {
			t.Helper()
			if _, err := h.AddFriend(t.Context(), a, fmt.Sprint(b)); err != nil {
				t.Fatal(err)
			}
		}
		befriend(anna, bert)
		befriend(anna, carl)
		h.told = nil
		wantCode(t, "a friend", h.RemoveFriend(t.Context(), bert, anna), "")
		h.wantState("a friend", anna, bert, "/")
		h.wantState("another friend", anna, carl, "friend/friend")
		h.wantTold("a friend", about(anna, private, bert), about(bert, private, anna))
		wantCode(t, "again", h.RemoveFriend(t.Context(), bert, anna), model.NotFound)
		wantCode(t, "nobody", h.RemoveFriend(t.Context(), anna, 999), model.NotFound)

		befriend(anna, bert)
		wantCode(t, "block", h.Block(t.Context(), anna, bert), "")
		wantCode(t, "whom one has blocked", h.RemoveFriend(t.Context(), anna, bert), "")
		h.wantState("whom one has blocked", anna, bert, "blocked/")

		wantCode(t, "block", h.Block(t.Context(), anna, carl), "")
		wantCode(t, "who has blocked one", h.RemoveFriend(t.Context(), carl, anna), "")
		h.wantState("who has blocked one", anna, carl, "blocked/")

		h.approving(carl)
		befriend(bert, carl)
		wantCode(t, "the other's request", h.RemoveFriend(t.Context(), carl, bert), model.NotFound)
		wantCode(t, "one's own request", h.RemoveFriend(t.Context(), bert, carl), "")
		h.wantState("one's own request", bert, carl, "/")
	})
}

func TestRemark(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert", "carl")
		if _, err := h.AddFriend(t.Context(), u[0], "bert"); err != nil {
			t.Fatal(err)
		}
		h.told = nil
		wantCode(t, "a friend", h.Remark(t.Context(), u[0], u[1], " Bertie 🐻 "), "")
		h.wantTold("a friend", about(u[0], private, u[1]))
		wantCode(t, "the same", h.Remark(t.Context(), u[0], u[1], "Bertie 🐻"), "")
		if friends, err := h.Friends(t.Context(), u[0]); err != nil || len(friends) != 1 || friends[0].Remark != "Bertie 🐻" {
			t.Errorf("friends %+v, %v", friends, err)
		}
		if friends, err := h.Friends(t.Context(), u[1]); err != nil || len(friends) != 1 || friends[0].Remark != "" {
			t.Errorf("the friend sees the remark: %+v, %v", friends, err)
		}
		wantCode(t, "a stranger", h.Remark(t.Context(), u[0], u[2], "x"), model.NotFound)
		wantCode(t, "too long", h.Remark(t.Context(), u[0], u[1], strings.Repeat("x", 65)), model.Invalid)
		wantCode(t, "none", h.Remark(t.Context(), u[0], u[1], ""), "")
	})
}

// A send holds the conversation's lock while it reads the contacts, so whoever
// ends a friendship must wait for it.
func TestEndingAFriendshipWaitsForSends(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert")
		if _, err := h.AddFriend(t.Context(), u[0], "bert"); err != nil {
			t.Fatal(err)
		}
		h.exec("INSERT INTO conversations (name, last_hash) VALUES (?, ?)", model.PrivateName(u[0], u[1]), make([]byte, 32))
		sending := h.store.db.Begin()
		if err := holdSends(sending, u[0], u[1]); err != nil {
			t.Fatal(err)
		}
		for what, end := range map[string]func(context.Context, int64, int64) error{"remove": h.RemoveFriend, "block": h.Block} {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			if err := end(ctx, u[1], u[0]); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s during a send: %v", what, err)
			}
			cancel()
		}
		if err := sending.Commit().Error; err != nil {
			t.Fatal(err)
		}
		h.wantState("during a send", u[0], u[1], "friend/friend")
		wantCode(t, "after it", h.RemoveFriend(t.Context(), u[1], u[0]), "")
	})
}
