package user

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"testing"
	"time"

	"ginchat/model"
)

func TestLogin(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, h *house) {
		anna := h.register("Anna")
		user, token, err := h.Login(t.Context(), Attempt{Mobile: "ANNA ", Passwd: passwd, Device: "evil\r\n\x1b[31m", IP: "2001:db8::1"})
		if err != nil {
			t.Fatal(err)
		}
		if user.ID != anna.ID || user.Passwd != "" {
			t.Errorf("signed in as %+v", user)
		}
		if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != 32 {
			t.Errorf("token %q is not 256 bits: %v", token, err)
		}
		who, login, err := h.Authenticate(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		if who != anna || login.UserID != anna.ID || login.Device != "evil [31m" || login.IP != "2001:db8::1" || login.SeenAt != model.MillisOf(h.now()) {
			t.Errorf("authenticated %+v by %+v", who, login)
		}
		_, second, err := h.Login(t.Context(), Attempt{Mobile: "anna", Passwd: passwd})
		if err != nil || second == token {
			t.Errorf("a second login got token %q, %v", second, err)
		}
	})
}

func TestTokenIsStoredAsHashOnly(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, h *house) {
		h.register("anna")
		_, token := h.login("anna")
		var stored []byte
		if err := h.store.db.Raw("SELECT token_hash FROM logins").Row().Scan(&stored); err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256([]byte(token)); !bytes.Equal(stored, sum[:]) {
			t.Errorf("stored %x for token %q", stored, token)
		}
		var phc string
		if err := h.store.db.Raw("SELECT passwd FROM users").Row().Scan(&phc); err != nil {
			t.Fatal(err)
		}
		if len(phc) < 90 || phc[:10] != "$argon2id$" {
			t.Errorf("stored password %q", phc)
		}
	})
}

func TestWrongLoginsLookTheSame(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, h *house) {
		h.register("anna")
		for _, a := range []Attempt{
			{Mobile: "anna", Passwd: "wrong"}, {Mobile: "nobody", Passwd: passwd}, {Mobile: "", Passwd: ""},
			{Mobile: "' OR 1=1 --", Passwd: passwd}, {Mobile: "anna", Passwd: ""},
		} {
			_, token, err := h.Login(t.Context(), a)
			var e *model.Error
			if token != "" || !errors.As(err, &e) || *e != *errWrong {
				t.Errorf("%q: token %q, error %v", a.Mobile, token, err)
			}
		}
	})
}

func TestLoginTriesRunOut(t *testing.T) {
	onEach(t, Config{LoginTries: 5}, func(t *testing.T, h *house) {
		h.register("anna")
		attempt := Attempt{Mobile: "anna", Passwd: "wrong", IP: "10.0.0.1"}
		for range 8 { // right ones cost nothing
			h.login("anna")
		}
		for range 5 {
			_, _, err := h.Login(t.Context(), attempt)
			wantCode(t, "wrong password", err, model.Unauthenticated)
		}
		_, _, err := h.Login(t.Context(), attempt)
		wantCode(t, "sixth wrong password", err, model.RateLimited)
		attempt.Mobile, attempt.IP = "ANNA", "10.0.0.2"
		_, _, err = h.Login(t.Context(), attempt)
		wantCode(t, "the account written otherwise from elsewhere", err, model.RateLimited)
		attempt.Mobile, attempt.IP = "nobody", "10.0.0.1"
		_, _, err = h.Login(t.Context(), attempt)
		wantCode(t, "another account from there", err, model.RateLimited)
		h.advance(10 * time.Second)
		attempt = Attempt{Mobile: "anna", Passwd: passwd, IP: "10.0.0.1"}
		_, _, err = h.Login(t.Context(), attempt)
		wantCode(t, "after 10 s", err, "")
	})
}

func TestAuthenticateRefuses(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, h *house) {
		anna := h.register("anna")
		_, token := h.login("anna")
		for _, bad := range []string{"", "x", token[1:], token + "A", newToken(), string(hashToken(token))} {
			_, _, err := h.Authenticate(t.Context(), bad)
			wantCode(t, bad, err, model.Unauthenticated)
		}
		if err := h.store.db.Exec("UPDATE users SET disabled_at = 1 WHERE id = ?", anna.ID).Error; err != nil {
			t.Fatal(err)
		}
		_, _, err := h.Authenticate(t.Context(), token)
		wantCode(t, "disabled", err, model.Unauthenticated)
		_, _, err = h.Login(t.Context(), Attempt{Mobile: "anna", Passwd: passwd})
		wantCode(t, "login of a disabled user", err, model.Forbidden)
		_, _, err = h.Login(t.Context(), Attempt{Mobile: "anna", Passwd: "wrong"})
		wantCode(t, "wrong login of a disabled user", err, model.Unauthenticated)
	})
}

func TestLoginsEndInTime(t *testing.T) {
	const day = 24 * time.Hour
	onEach(t, Config{}, func(t *testing.T, h *house) {
		anna := h.register("anna")
		_, used := h.login("anna")
		_, unused := h.login("anna")
		for range 4 { // 0, 22, 44, 66 days
			_, _, err := h.Authenticate(t.Context(), used)
			wantCode(t, "used login", err, "")
			h.advance(22 * day)
		}
		_, _, err := h.Authenticate(t.Context(), unused)
		wantCode(t, "unused for 88 days", err, model.Unauthenticated)
		_, _, err = h.Authenticate(t.Context(), used)
		wantCode(t, "88 days old", err, "")
		if logins, err := h.Logins(t.Context(), anna.ID); err != nil || len(logins) != 1 {
			t.Errorf("logins %v, %v", logins, err)
		}
		h.advance(2 * day)
		_, _, err = h.Authenticate(t.Context(), used)
		wantCode(t, "90 days old", err, model.Unauthenticated)
		h.login("anna")
		if n := h.count("logins", "user_id = ?", anna.ID); n != 1 {
			t.Errorf("%d rows after a new login, want the dead ones gone", n)
		}
	})
}

func TestSeenIsWrittenEveryTenMinutes(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, h *house) {
		h.register("anna")
		login, token := h.login("anna")
		seen := func() time.Duration {
			var at int64
			if err := h.store.db.Raw("SELECT seen_at FROM logins WHERE id = ?", login.ID).Row().Scan(&at); err != nil {
				t.Fatal(err)
			}
			return model.Millis(at).Time().Sub(login.CreatedAt.Time())
		}
		for _, step := range []struct{ by, want time.Duration }{
			{9 * time.Minute, 0}, {time.Minute, 10 * time.Minute}, {9 * time.Minute, 10 * time.Minute}, {time.Hour, 79 * time.Minute},
		} {
			h.advance(step.by)
			if _, _, err := h.Authenticate(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			if got := seen(); got != step.want {
				t.Errorf("seen after %s, want %s", got, step.want)
			}
		}
	})
}

func TestLogoutAndEndLogin(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, h *house) {
		anna, bert := h.register("anna"), h.register("bert")
		first, token := h.login("anna")
		second, other := h.login("anna")
		if err := h.Logout(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		_, _, err := h.Authenticate(t.Context(), token)
		wantCode(t, "after logout", err, model.Unauthenticated)
		wantCode(t, "of somebody else", h.EndLogin(t.Context(), bert.ID, second.ID), model.NotFound)
		_, _, err = h.Authenticate(t.Context(), other)
		wantCode(t, "the other device", err, "")
		wantCode(t, "own", h.EndLogin(t.Context(), anna.ID, second.ID), "")
		wantCode(t, "ended before", h.EndLogin(t.Context(), anna.ID, second.ID), model.NotFound)
		_, _, err = h.Authenticate(t.Context(), other)
		wantCode(t, "after the end", err, model.Unauthenticated)
		if got, want := h.endedOf(anna.ID), []int64{first.ID, second.ID}; !slices.Equal(got, want) || len(h.endedOf(bert.ID)) != 0 {
			t.Errorf("sockets closed of logins %v, want %v", got, want)
		}
	})
}

func TestOneMoreLoginEndsTheLeastRecentlyUsed(t *testing.T) {
	onEach(t, Config{LoginsPerUser: 3}, func(t *testing.T, h *house) {
		anna := h.register("anna")
		first, token := h.login("anna")
		h.advance(time.Hour)
		second, _ := h.login("anna")
		h.advance(time.Hour)
		third, _ := h.login("anna")
		h.advance(time.Hour)
		if _, _, err := h.Authenticate(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		fourth, _ := h.login("anna")
		logins, err := h.Logins(t.Context(), anna.ID)
		if err != nil {
			t.Fatal(err)
		}
		var ids []int64
		for _, l := range logins {
			ids = append(ids, l.ID)
		}
		if want := []int64{fourth.ID, first.ID, third.ID}; !slices.Equal(ids, want) {
			t.Errorf("logins %v, want %v", ids, want)
		}
		if got := h.endedOf(anna.ID); !slices.Equal(got, []int64{second.ID}) {
			t.Errorf("sockets closed of logins %v, want %d", got, second.ID)
		}
	})
}

func TestLoginLimitIsExactInParallel(t *testing.T) {
	onEach(t, Config{LoginsPerUser: 4, LoginTries: 5}, func(t *testing.T, h *house) {
		anna, bert := h.register("anna"), h.register("bert")
		got := atOnce(20, func(i int) error {
			_, _, err := h.Login(t.Context(), Attempt{Mobile: []string{"anna", "bert"}[i%2], Passwd: passwd, IP: "10.0.0.1"})
			return err
		})
		wantCodes(t, got, map[model.Code]int{"": 20})
		for _, user := range []model.User{anna, bert} {
			if n := h.count("logins", "user_id = ?", user.ID); n != 4 {
				t.Errorf("%d logins, want 4", n)
			}
			if n := len(h.endedOf(user.ID)); n != 6 {
				t.Errorf("sockets of %d logins closed, want 6", n)
			}
		}
	})
}
