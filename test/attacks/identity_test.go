package attacks

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// routes are all addresses of the API that need a login, with parameters that
// make sense to each. dstid is for the caller to add.
var routes = []struct {
	method, path string
	reads        bool // only reads, and takes no dstid
}{
	{"POST", "/user/find", false}, {"POST", "/user/update", false}, {"POST", "/user/passwd", false},
	{"GET", "/user/logins", true}, {"POST", "/user/logins/end", false},
	{"POST", "/contact/loadfriend", true}, {"POST", "/contact/loadcommunity", true}, {"POST", "/contact/loadcommunity/", true},
	{"POST", "/contact/addfriend", false}, {"POST", "/contact/answerfriend", false}, {"POST", "/contact/removefriend", false},
	{"POST", "/contact/blockuser", false}, {"POST", "/contact/unblockuser", false}, {"POST", "/contact/remark", false},
	{"POST", "/contact/search", false},
	{"POST", "/contact/joincommunity", false}, {"GET", "/contact/joincommunity", false},
	{"POST", "/contact/createcommunity", false}, {"GET", "/contact/createcommunity", false},
	{"POST", "/contact/leavecommunity", false}, {"POST", "/contact/members", false}, {"POST", "/contact/kickmember", false},
	{"POST", "/contact/setrole", false}, {"POST", "/contact/mutemember", false}, {"POST", "/contact/updatecommunity", false},
	{"POST", "/contact/dissolvecommunity", false}, {"POST", "/contact/invite", false},
	{"POST", "/chat/send", false}, {"GET", "/chat/history", false}, {"GET", "/chat/conversations", true},
	{"POST", "/chat/read", false}, {"POST", "/chat/mute", false},
	{"POST", "/user/logout", false}, // last: it would end the login that the others use
}

// othersIDs names other people wherever a name can be put, and asks without one.
func othersIDs(t *testing.T, w *world) {
	alice, bob, stranger := w.person(t), w.person(t), w.stranger()
	alice.befriend(t, bob)
	for _, r := range routes {
		t.Run(r.method+r.path, func(t *testing.T) {
			stranger.call(t, r.method, r.path, "").refused(t, http.StatusUnauthorized, "unauthenticated")
			for _, token := range []string{"x", strings.Repeat("A", 43), alice.Token[:42], alice.Token + "A", swapCase(alice.Token)} {
				forger := &person{w: w, Token: token}
				forger.call(t, r.method, r.path, "").refused(t, http.StatusUnauthorized, "unauthenticated")
				stranger.call(t, r.method, r.path+"?token="+token, "").refused(t, http.StatusUnauthorized, "unauthenticated")
			}
			for _, field := range []string{"userid", "ownerid"} {
				query := form(field, bob.ID, "dstid", bob.ID, "cmd", 10).Encode()
				alice.call(t, r.method, r.path+"?"+query, "").refused(t, http.StatusForbidden, "forbidden")
				if r.method == http.MethodPost {
					alice.call(t, r.method, r.path, query).refused(t, http.StatusForbidden, "forbidden")
				}
			}
		})
	}
	for _, page := range []string{"/chat/index.shtml", "/contact/index.shtml", "/contact/community.shtml", "/user/settings.shtml"} {
		a := stranger.get(t, page).want(t, http.StatusSeeOther)
		if !strings.HasPrefix(a.Header.Get("Location"), "/user/login.shtml") {
			t.Errorf("%s leads a stranger to %q", page, a.Header.Get("Location"))
		}
	}
	t.Run("logins of others", func(t *testing.T) {
		var logins []struct{ ID int64 }
		bob.get(t, "/user/logins").want(t, http.StatusOK).rows(t, &logins)
		for _, login := range logins {
			alice.post(t, "/user/logins/end", "id", login.ID).refused(t, http.StatusNotFound, "not_found")
		}
		bob.get(t, "/user/logins").want(t, http.StatusOK)
	})
	t.Run("profile of others", func(t *testing.T) {
		alice.post(t, "/user/update", "id", bob.ID, "nickname", "stolen").want(t, http.StatusOK)
		var name string
		alice.post(t, "/user/find", "id", bob.ID).want(t, http.StatusOK).data(t, &name, "nickname")
		if name != bob.Nickname {
			t.Errorf("bob is called %q", name)
		}
	})
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 32
		case r >= 'A' && r <= 'Z':
			return r + 32
		}
		return r
	}, s)
}

// badSockets opens sockets without a token that proves who is there.
func badSockets(t *testing.T, w *world) {
	alice, bob := w.person(t), w.person(t)
	expired := w.person(t)
	w.open(t).exec(t, "UPDATE logins SET expires_at = 1 WHERE user_id = ?", expired.ID)
	idle := w.person(t)
	w.open(t).exec(t, "UPDATE logins SET seen_at = 1 WHERE user_id = ?", idle.ID)
	bearer := func(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }
	self := form("id", alice.ID, "token", alice.Token).Encode()
	tests := []struct {
		name   string
		query  string
		header http.Header
		status int
	}{
		{"nothing", "", nil, 401},
		{"empty token", "?token=", nil, 401},
		{"empty bearer", "", bearer(""), 401},
		{"wrong token", "?token=" + strings.Repeat("A", 43), nil, 401},
		{"wrong bearer", "", bearer(strings.Repeat("A", 43)), 401},
		{"basic", "", http.Header{"Authorization": {"Basic " + alice.Token}}, 401},
		{"expired", "", bearer(expired.Token), 401},
		{"unused for long", "", bearer(idle.Token), 401},
		{"wrong cookie", "", http.Header{"Cookie": {"ginchat=" + strings.Repeat("A", 43)}, "Origin": {w.base}}, 401},
		{"another's id", "?" + form("id", bob.ID, "token", alice.Token).Encode(), nil, 401},
		{"another's id, wrong token first", "?token=x&" + self, nil, 401},
		{"good bearer", "", bearer(alice.Token), 101},
		{"good id and token", "?" + self, nil, 101},
		{"good cookie", "", http.Header{"Cookie": {"ginchat=" + alice.Token}, "Origin": {w.base}}, 101},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, response, err := w.upgrade(alice, tt.query, tt.header)
			if err != nil {
				t.Fatal(err)
			}
			if s != nil {
				defer s.conn.Close()
			}
			if response.StatusCode != tt.status {
				t.Errorf("status %d, want %d", response.StatusCode, tt.status)
			}
		})
	}
	expired.get(t, "/user/logins").refused(t, http.StatusUnauthorized, "unauthenticated")
	idle.get(t, "/user/logins").refused(t, http.StatusUnauthorized, "unauthenticated")
}

// endedLogins uses logins and sockets after they have ended.
func endedLogins(t *testing.T, w *world) {
	const soon = 5 * time.Second
	t.Run("a login given before signing in is not taken over", func(t *testing.T) {
		planted, victim := w.person(t), w.person(t)
		r := w.request(t, "POST", "/user/login", form("mobile", victim.Mobile, "passwd", victim.Passwd).Encode())
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Cookie", "ginchat="+planted.Token)
		a := w.do(t, victim, r).want(t, http.StatusOK)
		var token string
		a.data(t, &token, "token")
		w.seen.tokens.add(token)
		if len(a.cookies) != 1 || a.cookies[0].Value != token || token == planted.Token {
			t.Errorf("cookies %d after signing in over an old one", len(a.cookies))
		}
		var id int64
		planted.post(t, "/user/update").want(t, http.StatusOK).data(t, &id, "id")
		if id != planted.ID {
			t.Errorf("the planted token is user %d's now", id)
		}
	})
	t.Run("logout", func(t *testing.T) {
		p := w.person(t)
		other := p.device(t)
		mine, theirs := p.dial(t), other.dial(t)
		p.post(t, "/user/logout").want(t, http.StatusOK)
		if code := mine.ends(t, soon); code != 4501 {
			t.Errorf("the socket closed with %d, want 4501", code)
		}
		p.get(t, "/chat/conversations").refused(t, http.StatusUnauthorized, "unauthenticated")
		if s, response, _ := w.upgrade(p, "?token="+p.Token, nil); s != nil || response.StatusCode != 401 {
			t.Error("a token opens a socket after logout")
		}
		theirs.settled(t)
	})
	t.Run("password change", func(t *testing.T) {
		p := w.person(t)
		other := p.device(t)
		mine, theirs := p.dial(t), other.dial(t)
		changed := newPasswd()
		p.post(t, "/user/passwd", "old", newPasswd(), "new", changed).refused(t, http.StatusForbidden, "forbidden")
		other.get(t, "/user/logins").want(t, http.StatusOK)
		p.post(t, "/user/passwd", "old", p.Passwd, "new", changed).want(t, http.StatusOK)
		if code := theirs.ends(t, soon); code != 4501 {
			t.Errorf("the other socket closed with %d, want 4501", code)
		}
		other.get(t, "/user/logins").refused(t, http.StatusUnauthorized, "unauthenticated")
		p.get(t, "/user/logins").want(t, http.StatusOK)
		mine.settled(t)
		w.stranger().post(t, "/user/login", "mobile", p.Mobile, "passwd", p.Passwd).refused(t, http.StatusUnauthorized, "unauthenticated")
	})
	t.Run("login ended from another device", func(t *testing.T) {
		p := w.person(t)
		other := p.device(t)
		theirs := other.dial(t)
		var logins []struct {
			ID      int64
			Current bool
		}
		p.get(t, "/user/logins").want(t, http.StatusOK).rows(t, &logins)
		for _, login := range logins {
			if !login.Current {
				p.post(t, "/user/logins/end", "id", login.ID).want(t, http.StatusOK)
			}
		}
		if code := theirs.ends(t, soon); code != 4501 {
			t.Errorf("the socket closed with %d, want 4501", code)
		}
		other.get(t, "/user/logins").refused(t, http.StatusUnauthorized, "unauthenticated")
	})
	t.Run("disabled account", func(t *testing.T) {
		p := w.person(t)
		w.open(t).exec(t, "UPDATE users SET disabled_at = 1 WHERE id = ?", p.ID)
		p.get(t, "/user/logins").refused(t, http.StatusUnauthorized, "unauthenticated")
		w.stranger().post(t, "/user/login", "mobile", p.Mobile, "passwd", p.Passwd).refused(t, http.StatusForbidden, "forbidden")
		w.stranger().post(t, "/user/login", "mobile", p.Mobile, "passwd", newPasswd()).refused(t, http.StatusUnauthorized, "unauthenticated")
	})
}
