package user

import (
	"slices"
	"strings"
	"testing"

	"ginchat/model"
)

const newPasswd = "another fine one"

func TestChangePassword(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, h *house) {
		anna := h.register("anna")
		h.register("bert")
		_, berts := h.login("bert")
		current, token := h.login("anna")
		other, old := h.login("anna")
		wantCode(t, "wrong old one", h.ChangePassword(t.Context(), current, "wrong", newPasswd), model.Forbidden)
		wantCode(t, "short new one", h.ChangePassword(t.Context(), current, passwd, "short"), model.Invalid)
		wantCode(t, "common new one", h.ChangePassword(t.Context(), current, passwd, "12345678"), model.Invalid)
		if len(h.endedOf(anna.ID)) != 0 {
			t.Error("a refused change ended logins")
		}
		if err := h.ChangePassword(t.Context(), current, passwd, newPasswd); err != nil {
			t.Fatal(err)
		}
		if got := h.endedOf(anna.ID); !slices.Equal(got, []int64{other.ID}) {
			t.Errorf("sockets closed of logins %v, want %d", got, other.ID)
		}
		for what, one := range map[string]struct {
			token string
			code  model.Code
		}{"this login": {token, ""}, "another login": {old, model.Unauthenticated}, "somebody else's": {berts, ""}} {
			_, _, err := h.Authenticate(t.Context(), one.token)
			wantCode(t, what, err, one.code)
		}
		_, _, err := h.Login(t.Context(), Attempt{Mobile: "anna", Passwd: passwd})
		wantCode(t, "old password", err, model.Unauthenticated)
		_, _, err = h.Login(t.Context(), Attempt{Mobile: "anna", Passwd: newPasswd})
		wantCode(t, "new password", err, "")
		wantCode(t, "from an ended login", h.ChangePassword(t.Context(), other, newPasswd, passwd), model.Unauthenticated)
	})
}

// A login that has checked the old password must not come into being after the
// change, and of two changes from one password only one may win.
func TestOldPasswordIsDeadOnceChanged(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, h *house) {
		anna := h.register("anna")
		current, _ := h.login("anna")
		was, err := h.store.CredentialByID(t.Context(), anna.ID)
		if err != nil {
			t.Fatal(err)
		}
		got := atOnce(8, func(int) error { return h.ChangePassword(t.Context(), current, passwd, newPasswd) })
		if got[""] != 1 {
			t.Errorf("outcomes of parallel changes: %v, want one success", got)
		}
		late := model.Login{TokenHash: hashToken(newToken()), UserID: anna.ID, ExpiresAt: 1 << 50}
		_, err = h.store.AddLogin(t.Context(), &late, was.Passwd, 0, 0)
		wantCode(t, "a login by the old hash", err, model.Unauthenticated)
	})
}

func TestOldPasswordIsTriedAsOftenAsALogin(t *testing.T) {
	onEach(t, Config{LoginTries: 5}, func(t *testing.T, h *house) {
		h.register("anna")
		current, _ := h.login("anna")
		for range 5 {
			wantCode(t, "wrong", h.ChangePassword(t.Context(), current, "wrong", newPasswd), model.Forbidden)
		}
		wantCode(t, "sixth", h.ChangePassword(t.Context(), current, passwd, newPasswd), model.RateLimited)
	})
}

func TestUpdate(t *testing.T) {
	text := func(s string) *string { return &s }
	onEach(t, Config{}, func(t *testing.T, h *house) {
		anna := h.register("anna")
		user, err := h.Update(t.Context(), anna.ID, Update{
			Nickname: text(" Ánna  💩 "), Avatar: text("/mnt/ab.png"), Sex: text("W"), Memo: text("hello"),
			Settings: &model.Settings{Approve: true, Theme: "dark", Lang: "zh"},
		})
		if err != nil {
			t.Fatal(err)
		}
		want := anna
		want.Nickname, want.NameKey, want.Avatar, want.Sex, want.Memo = "Ánna 💩", "anna 💩", "/mnt/ab.png", "W", "hello"
		want.Settings = model.Settings{Approve: true, Theme: "dark", Lang: "zh"}
		if user != want {
			t.Errorf("updated %+v\nwant    %+v", user, want)
		}
		user, err = h.Update(t.Context(), anna.ID, Update{Memo: text(""), Settings: &model.Settings{}})
		want.Memo, want.Settings = "", model.Settings{}
		if err != nil || user != want {
			t.Errorf("emptied %+v, %v", user, err)
		}
		for what, bad := range map[string]Update{
			"nickname": {Nickname: text("a\x00b")}, "no nickname": {Nickname: text("")}, "avatar": {Avatar: text("javascript:x")},
			"sex": {Sex: text("x")}, "memo": {Memo: text(strings.Repeat("x", 201))}, "theme": {Settings: &model.Settings{Theme: "red"}},
			"lang": {Settings: &model.Settings{Lang: "xx"}},
		} {
			_, err := h.Update(t.Context(), anna.ID, bad)
			wantCode(t, what, err, model.Invalid)
		}
		if _, _, err := h.Login(t.Context(), Attempt{Mobile: "anna", Passwd: passwd}); err != nil {
			t.Errorf("after updates the password is wrong: %v", err)
		}
	})
}
