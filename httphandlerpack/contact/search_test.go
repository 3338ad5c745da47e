package contact

import (
	"fmt"
	"strings"
	"testing"

	"ginchat/model"
)

func TestSearch(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "anna lee", "100% sure", "under_score", "13800000001", "blocker", "gone", "名前")
		anna, lee, percent, blocker, gone := u[0], u[1], u[2], u[5], u[6]
		if err := h.Block(t.Context(), blocker, anna); err != nil {
			t.Fatal(err)
		}
		h.exec("UPDATE users SET disabled_at = 1 WHERE id = ?", gone)
		zoo := h.community("Zoo", model.JoinOpen, map[int64]model.Role{anna: model.RoleOwner})
		h.community("zoology", model.JoinOpen, map[int64]model.Role{lee: model.RoleOwner})
		tests := []struct {
			kword       string
			users, comm string
		}{
			{"ANN", "anna,anna lee", ""},
			{"anna lee", "anna lee", ""},
			{"nna", "", ""},
			{"名", "名前", ""},
			{"%", "", ""},
			{"100%", "100% sure", ""},
			{"100_", "", ""},
			{"_", "", ""},
			{"under_", "under_score", ""},
			{"' OR '1'='1", "", ""},
			{`a\`, "", ""},
			{"13800000001", "13800000001", ""},
			{fmt.Sprint(percent), "100% sure", ""},
			{"blocker", "", ""},
			{fmt.Sprint(blocker), "", ""},
			{"gone", "", ""},
			{"zÖo", "", "Zoo,zoology"},
			{"zool", "", "zoology"},
		}
		for _, tt := range tests {
			found, err := h.Search(t.Context(), anna, tt.kword)
			if err != nil {
				t.Errorf("%q: %v", tt.kword, err)
				continue
			}
			var users, communities []string
			for _, user := range found.Users {
				users = append(users, user.Nickname)
				if user.Mobile != "" || user.MobileKey != "" || user.Passwd != "" {
					t.Errorf("%q shows what is private: %+v", tt.kword, user)
				}
			}
			for _, c := range found.Communities {
				communities = append(communities, c.Name)
			}
			if got := strings.Join(users, ","); got != tt.users {
				t.Errorf("%q finds users %q, want %q", tt.kword, got, tt.users)
			}
			if got := strings.Join(communities, ","); tt.comm != "" && got != tt.comm {
				t.Errorf("%q finds communities %q, want %q", tt.kword, got, tt.comm)
			}
		}
		if found, err := h.Search(t.Context(), lee, fmt.Sprint(zoo)); err != nil || len(found.Communities) != 1 || found.Communities[0].ID != zoo || found.Communities[0].Members != 1 {
			t.Errorf("by id: %+v, %v", found.Communities, err)
		}
		for _, bad := range []string{"", " ", "\u0301"} {
			_, err := h.Search(t.Context(), anna, bad)
			wantCode(t, bad, err, model.Invalid)
		}
	})
}

func TestSearchReturnsTwentyWithTheExactFirst(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		anna := h.user("anna").ID
		for i := range 30 {
			h.user(fmt.Sprintf("bert%02d", i))
		}
		h.exec("UPDATE users SET nickname = 'zed', name_key = 'zed' WHERE mobile_key = 'bert29'")
		h.exec("UPDATE users SET nickname = 'bert29 too', name_key = 'bert29 too' WHERE mobile_key = 'bert28'")
		found, err := h.Search(t.Context(), anna, "bert")
		if err != nil || len(found.Users) != 20 || found.Users[0].Nickname != "bert00" {
			t.Errorf("found %d, %v", len(found.Users), err)
		}
		found, err = h.Search(t.Context(), anna, "bert29")
		if err != nil || len(found.Users) != 2 || found.Users[0].Nickname != "zed" || found.Users[1].Nickname != "bert29 too" {
			t.Errorf("found %+v, %v", found.Users, err)
		}
	})
}
