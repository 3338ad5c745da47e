package attacks

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// forgedFrames says in frames what only the server may say.
func forgedFrames(t *testing.T, w *world) {
	alice, bob := w.person(t), w.person(t)
	alice.befriend(t, bob)
	id := alice.found(t)
	bob.post(t, "/contact/joincommunity", "dstid", id).want(t, http.StatusOK)
	from, ear := alice.dial(t), bob.dial(t)
	for _, to := range []fields{{"cmd": 10, "dstid": bob.ID}, {"cmd": 11, "dstid": id}} {
		text := secretBody()
		ack := from.answerTo(t, fields{"cmd": to["cmd"], "dstid": to["dstid"], "content": text, "media": 1,
			"userid": bob.ID, "seq": 99_999, "time": 1, "op": "kick", "memberid": bob.ID, "kind": 11, "target": 1, "sender_id": bob.ID})
		m := ear.await(t, "the message", func(m message) bool { return m.Content == text })
		age := time.Since(time.UnixMilli(m.Time)).Abs()
		if m.UserID != alice.ID || m.Seq != ack.Seq || m.Seq > 100 || age > time.Minute || m.Op != "" || m.MemberID != 0 {
			t.Errorf("delivered %+v, acked %+v", m, ack)
		}
		stored := bob.history(t, to["cmd"].(int), map[bool]int64{true: alice.ID, false: id}[to["cmd"] == 10])
		if last := stored[len(stored)-1]; last.UserID != alice.ID || last.Seq != ack.Seq || last.Time != m.Time {
			t.Errorf("stored %+v, delivered %+v", last, m)
		}
	}
	t.Run("over HTTP", func(t *testing.T) {
		var seq, at int64
		a := alice.say(t, 10, bob.ID, secretBody(), "seq", 77_777, "time", 1, "op", "join", "sender_id", bob.ID).want(t, http.StatusOK)
		a.data(t, &seq, "seq")
		a.data(t, &at, "time")
		if seq > 100 || at == 1 {
			t.Errorf("stored as %d at %d", seq, at)
		}
		alice.say(t, 10, bob.ID, secretBody(), "userid", bob.ID).refused(t, http.StatusForbidden, "forbidden")
	})
	t.Run("entries that only the server makes", func(t *testing.T) {
		for _, op := range []string{"join", "leave", "kick", "role", "mute", "dissolve", "update", "", "nonsense"} {
			refusal := from.answerTo(t, fields{"cmd": 12, "kind": 11, "dstid": id, "op": op, "memberid": bob.ID, "target": bob.ID, "content": "admin"})
			if refusal.Cmd != 2 || refusal.Error != "invalid" && refusal.Error != "forbidden" {
				t.Errorf("op %q got %+v", op, refusal)
			}
		}
		if refusal := ear.answerTo(t, fields{"cmd": 12, "kind": 11, "dstid": id, "op": "rename", "content": "mine"}); refusal.Error != "forbidden" {
			t.Errorf("a member's rename got %+v", refusal)
		}
		if refusal := from.answerTo(t, fields{"cmd": 12, "kind": 10, "dstid": bob.ID, "op": "rename", "content": "mine"}); refusal.Cmd != 2 {
			t.Errorf("a rename of a private conversation got %+v", refusal)
		}
		for _, m := range ear.settled(t) {
			if m.Cmd == 12 {
				t.Errorf("a forged entry was delivered: %+v", m)
			}
		}
	})
	t.Run("more heard than was said", func(t *testing.T) {
		s := alice.dial(t)
		s.send(t, fields{"cmd": 0, "n": 1 << 40})
		if code := s.ends(t, patience); code != 4504 {
			t.Errorf("closed with %d, want 4504", code)
		}
	})
}

// otherConversation looks for what was said in one conversation by way of others.
func otherConversation(t *testing.T, w *world) {
	alice, bob, mallory := w.person(t), w.person(t), w.person(t)
	alice.befriend(t, bob)
	mallory.befriend(t, alice)
	closed, own := alice.found(t), mallory.found(t)
	said := secretBody()
	for range 5 {
		alice.say(t, 10, bob.ID, said).want(t, http.StatusOK)
		alice.say(t, 11, closed, said).want(t, http.StatusOK)
	}
	mallory.say(t, 11, own, "mine").want(t, http.StatusOK)
	leaks := func(t *testing.T, a answer) {
		t.Helper()
		if strings.Contains(a.Body, said) {
			t.Errorf("%s: %s", a.what, a.Body)
		}
	}
	mallory.get(t, "/chat/history", "cmd", 11, "dstid", closed).refused(t, http.StatusForbidden, "forbidden")
	mallory.get(t, "/chat/history", "cmd", 10, "dstid", bob.ID).refused(t, http.StatusForbidden, "forbidden")
	mallory.get(t, "/chat/history", "cmd", 11, "dstid", 1<<40).refused(t, http.StatusNotFound, "not_found")
	mallory.post(t, "/chat/read", "cmd", 11, "dstid", closed, "seq", 1).refused(t, http.StatusForbidden, "forbidden")
	for _, cmd := range []string{"0", "1", "3", "12", "-10", "abc", "1e1"} {
		mallory.get(t, "/chat/history", "cmd", cmd, "dstid", closed).refused(t, http.StatusBadRequest, "invalid")
	}
	for _, dst := range []string{"0", "-1", "9223372036854775808", "g:1", "u:1:2", "1 OR 1=1", ""} {
		mallory.get(t, "/chat/history", "cmd", 11, "dstid", dst).refused(t, http.StatusBadRequest, "invalid")
	}
	for _, place := range [][2]any{{11, own}, {10, alice.ID}, {10, mallory.ID}} {
		for _, side := range []string{"before", "after"} {
			for _, seq := range []int64{1, 3, 1 << 40} {
				leaks(t, mallory.get(t, "/chat/history", "cmd", place[0], "dstid", place[1], side, seq))
			}
		}
		leaks(t, mallory.say(t, place[0].(int), place[1].(int64), "quote", "reply", 1))
		leaks(t, mallory.get(t, "/chat/index.shtml", "cmd", place[0], "dstid", place[1], "before", 6))
	}
	leaks(t, mallory.get(t, "/chat/index.shtml", "cmd", 11, "dstid", closed))
	leaks(t, mallory.get(t, "/chat/index.shtml", "cmd", 10, "dstid", bob.ID))
	leaks(t, mallory.get(t, "/chat/conversations"))
	ear := mallory.dial(t)
	ear.send(t, fields{"cmd": 3, "heads": []fields{{"kind": 11, "dstid": closed, "seq": 0}, {"kind": 10, "dstid": bob.ID, "seq": 0}}})
	synced := ear.await(t, "sync", func(m message) bool { return m.Cmd == 3 && m.Done })
	for _, head := range synced.Heads {
		if head.Kind == 11 && head.DstID == closed || head.Kind == 10 && head.DstID == bob.ID {
			t.Errorf("sync has a head of another's conversation: %+v", head)
		}
	}
	if refusal := ear.answerTo(t, fields{"cmd": 4, "kind": 11, "dstid": closed, "seq": 1}); refusal.Error != "forbidden" {
		t.Errorf("a read mark got %+v", refusal)
	}
	for _, m := range ear.settled(t) {
		if m.Content == said {
			t.Errorf("delivered %+v", m)
		}
	}
}

// extraFields gives values that are not the caller's to give.
func extraFields(t *testing.T, w *world) {
	alice, bob := w.person(t), w.person(t)
	t.Run("register", func(t *testing.T) {
		eve := &person{w: w, Mobile: "eve" + nonce(), Passwd: newPasswd()}
		var made struct{ ID int64 }
		w.stranger().post(t, "/user/register", "mobile", eve.Mobile, "passwd", eve.Passwd, "id", 987_654, "role", "admin", "createat", "2001-01-01T00:00:00Z",
			"disabled_at", 1, "is_admin", true, "token", "").want(t, http.StatusOK, http.StatusUnauthorized)
		a := w.stranger().post(t, "/user/register", "mobile", "x"+eve.Mobile, "passwd", eve.Passwd, "id", 987_654, "createat", "2001-01-01T00:00:00Z", "disabled_at", 1).want(t, http.StatusOK)
		a.data(t, &made.ID, "id")
		if made.ID == 987_654 || strings.Contains(a.Body, "2001") {
			t.Errorf("made %s", a.Body)
		}
	})
	t.Run("update", func(t *testing.T) {
		a := alice.post(t, "/user/update", "memo", "hi", "id", bob.ID, "mobile", "stolen"+nonce(), "passwd", newPasswd(), "createat", "2001-01-01T00:00:00Z", "disabled_at", 1)
		a.want(t, http.StatusOK)
		var mobile string
		a.data(t, &mobile, "mobile")
		if mobile != alice.Mobile || strings.Contains(a.Body, "2001") {
			t.Errorf("updated to %s", a.Body)
		}
		alice.login(t)
	})
	t.Run("settings", func(t *testing.T) {
		for _, settings := range []string{`{"admin":true}`, `{"theme":"light","id":1,"mobile":"x"}`} {
			a := alice.post(t, "/user/update", "settings", settings).want(t, http.StatusOK)
			if strings.Contains(a.Body, "admin") {
				t.Errorf("settings %s", a.Body)
			}
		}
		for _, settings := range []string{`[]`, `"x"`, `{"theme":"<script>"}`, `{"lang":"../x"}`, `{"approve":"yes"}`, strings.Repeat("[", 1000)} {
			alice.post(t, "/user/update", "settings", settings).refused(t, http.StatusBadRequest, "invalid")
		}
	})
	t.Run("community", func(t *testing.T) {
		var made struct {
			ID, OwnerID int64
		}
		a := alice.post(t, "/contact/createcommunity", "name", "mine", "id", 987_654, "role", "member", "owner_id", bob.ID, "member_limit", 1_000_000, "members", 500,
			"createat", "2001-01-01T00:00:00Z", "last_seq", 9).want(t, http.StatusOK)
		a.data(t, &made.ID, "id")
		a.data(t, &made.OwnerID, "ownerid")
		if made.ID == 987_654 || made.OwnerID != alice.ID || strings.Contains(a.Body, "1000000") || strings.Contains(a.Body, "2001") || !strings.Contains(a.Body, `"members":1,"role":"owner"`) {
			t.Errorf("made %s", a.Body)
		}
		alice.post(t, "/contact/createcommunity", "name", "bob's", "ownerid", bob.ID).refused(t, http.StatusForbidden, "forbidden")
		a = alice.post(t, "/contact/updatecommunity", "dstid", made.ID, "memo", "new", "id", 1, "owner_id", bob.ID, "member_limit", 1_000_000).want(t, http.StatusOK)
		if !strings.Contains(a.Body, `"ownerid":`+form("", alice.ID).Get("")) || strings.Contains(a.Body, "1000000") {
			t.Errorf("updated to %s", a.Body)
		}
		var role string
		bob.post(t, "/contact/joincommunity", "dstid", made.ID, "role", "owner", "memberid", alice.ID).want(t, http.StatusOK).data(t, &role, "role")
		if role != "member" {
			t.Errorf("joined as %q", role)
		}
	})
}

// msgids sends nothing, far too much, and what others have named their messages.
func msgids(t *testing.T, w *world) {
	alice, bob := w.person(t), w.person(t)
	alice.befriend(t, bob)
	s := alice.dial(t)
	for _, text := range []string{"", " ", "\n\t ", "\u00a0\u2003"} {
		alice.say(t, 10, bob.ID, text).refused(t, http.StatusBadRequest, "invalid")
		if refusal := s.answerTo(t, fields{"cmd": 10, "dstid": bob.ID, "content": text}); refusal.Error != "invalid" || refusal.Retry {
			t.Errorf("content %q got %+v", text, refusal)
		}
	}
	for _, msgid := range []string{"", strings.Repeat("a", 65), "a b", "ä", "../x", "a\x00", "<b>", strings.Repeat("x", 60_000)} {
		alice.say(t, 10, bob.ID, "x", "msgid", msgid).refused(t, http.StatusBadRequest, "invalid")
		s.send(t, fields{"cmd": 10, "dstid": bob.ID, "content": "x", "msgid": msgid})
	}
	alice.say(t, 10, bob.ID, strings.Repeat("y", 8193)).refused(t, http.StatusRequestEntityTooLarge, "too_large")
	alice.say(t, 10, bob.ID, strings.Repeat("y", 1<<20+1)).refused(t, http.StatusRequestEntityTooLarge, "too_large")
	alice.say(t, 10, bob.ID, "x", "msgid", strings.Repeat("y", 1<<20)).refused(t, http.StatusRequestEntityTooLarge, "too_large")
	refused := 0
	for _, m := range s.settled(t) {
		if m.Cmd == 1 {
			t.Errorf("acked %+v", m)
		}
		if m.Cmd == 2 {
			refused++
		}
	}
	if refused != 12 {
		t.Errorf("%d frames were refused, want 12", refused)
	}
	t.Run("another's", func(t *testing.T) {
		shared := nonce()
		var first, second, again int64
		alice.say(t, 10, bob.ID, "from alice", "msgid", shared).want(t, http.StatusOK).data(t, &first, "seq")
		bob.say(t, 10, alice.ID, "from bob", "msgid", shared).want(t, http.StatusOK).data(t, &second, "seq")
		alice.say(t, 10, bob.ID, "from alice", "msgid", shared).want(t, http.StatusOK).data(t, &again, "seq")
		if second != first+1 || again != first {
			t.Errorf("stored as %d and %d, repeated as %d", first, second, again)
		}
		alice.say(t, 10, bob.ID, "from bob", "msgid", shared).refused(t, http.StatusConflict, "conflict")
		if rows := bob.history(t, 10, alice.ID); len(rows) != 2 || rows[0].Content != "from alice" || rows[1].Content != "from bob" {
			t.Errorf("history %+v", rows)
		}
	})
}
