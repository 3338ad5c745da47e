package user

import (
	"strings"
	"testing"

	"ginchat/model"
)

// Where there are several nodes, every way in which a login ends is written down
// for the others in the same transaction.
func TestEndedLoginsStandInTheCommitLog(t *testing.T) {
	onEach(t, Config{LoginsPerUser: 2}, func(t *testing.T, h *house) {
		h.store.node = "this node"
		h.register("anna")
		news := func() string {
			t.Helper()
			var rows []model.Commit
			if err := h.store.db.Find(&rows).Error; err != nil {
				t.Fatal(err)
			}
			h.store.db.Exec("DELETE FROM commit_log")
			var texts []string
			for _, row := range rows {
				if row.Node != "this node" {
					t.Errorf("written by %q", row.Node)
				}
				texts = append(texts, row.News)
			}
			return strings.Join(texts, " ")
		}
		told := func(what string, logins ...model.Login) {
			t.Helper()
			var want model.News
			for _, l := range logins {
				want.Ended = append(want.Ended, model.EndedLogin{User: l.UserID, Login: l.ID})
			}
			if got := news(); got != want.Text() {
				t.Errorf("%s: the commit log says %q, want %q", what, got, want.Text())
			}
		}
		first, _ := h.login("anna")
		second, _ := h.login("anna")
		told("signing in")
		third, _ := h.login("anna")
		told("one login too many", first)
		wantCode(t, "logout", h.Logout(t.Context(), second), "")
		told("logout", second)
		fourth, _ := h.login("anna")
		wantCode(t, "new password", h.ChangePassword(t.Context(), fourth, passwd, "another-password-1"), "")
		told("a new password", third)
		wantCode(t, "end again", h.EndLogin(t.Context(), fourth.UserID, third.ID), model.NotFound)
		told("nothing")

		user, err := SetDisabled(t.Context(), h.store, "ANNA", true)
		if err != nil || user.DisabledAt == 0 {
			t.Errorf("disable: %+v, %v", user, err)
		}
		want := model.News{Ended: []model.EndedLogin{{User: user.ID, Login: fourth.ID, Disabled: true}}}
		if got := news(); got != want.Text() {
			t.Errorf("the commit log says %q, want %q", got, want.Text())
		}
	})
}

func TestDisable(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, h *house) {
		h.register("anna")
		_, token := h.login("anna")
		if _, err := SetDisabled(t.Context(), h.store, "anna", true); err != nil {
			t.Fatal(err)
		}
		_, _, err := h.Authenticate(t.Context(), token)
		wantCode(t, "the token", err, model.Unauthenticated)
		_, _, err = h.Login(t.Context(), Attempt{Mobile: "anna", Passwd: passwd})
		wantCode(t, "signing in", err, model.Forbidden)
		if _, err = SetDisabled(t.Context(), h.store, "anna", false); err != nil {
			t.Fatal(err)
		}
		h.login("anna")
		_, err = SetDisabled(t.Context(), h.store, "nobody", true)
		wantCode(t, "nobody", err, model.NotFound)
	})
}
