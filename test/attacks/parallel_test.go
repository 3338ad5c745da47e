package attacks

import (
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"ginchat/test/harness"
)

const crowd = 50

// together runs do crowd times at once and counts the statuses.
func together(do func(i int) answer) map[int]int {
	var mu sync.Mutex
	counts := map[int]int{}
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range crowd {
		all.Go(func() {
			<-start
			status := do(i).Status
			mu.Lock()
			defer mu.Unlock()
			counts[status]++
		})
	}
	close(start)
	all.Wait()
	return counts
}

func expect(t *testing.T, what string, got map[int]int, ok, conflict int) {
	t.Helper()
	if got[http.StatusOK] != ok || got[http.StatusConflict] != conflict {
		t.Errorf("%s: %v, want %d times 200 and %d times 409", what, got, ok, conflict)
	}
}

// parallelCalls asks for the same thing fifty times at once (S45).
func parallelCalls(t *testing.T, w *world) {
	db := w.open(t)
	t.Run("register", func(t *testing.T) {
		mobile := "race" + strings.ToLower(nonce())
		written := []string{mobile, strings.ToUpper(mobile), wide(mobile), " " + mobile}
		expect(t, "register", together(func(i int) answer {
			return w.stranger().post(t, "/user/register", "mobile", written[i%len(written)], "passwd", newPasswd())
		}), 1, crowd-1)
		if n := db.text(t, "SELECT COUNT(*) FROM users WHERE mobile_key = ?", mobile); n != "1" {
			t.Errorf("%s accounts", n)
		}
	})
	t.Run("friend", func(t *testing.T) {
		a, b := w.person(t), w.person(t)
		pair := []*person{a, b}
		expect(t, "addfriend", together(func(i int) answer {
			return pair[i%2].post(t, "/contact/addfriend", "dstid", pair[(i+1)%2].ID)
		}), 1, crowd-1)
		if n := db.text(t, "SELECT COUNT(*) FROM contacts WHERE owner_id IN (?,?) AND state = 'friend'", a.ID, b.ID); n != "2" {
			t.Errorf("%s contacts", n)
		}
	})
	t.Run("join", func(t *testing.T) {
		owner, guest := w.person(t), w.person(t)
		id := owner.found(t)
		expect(t, "joincommunity", together(func(int) answer {
			return guest.post(t, "/contact/joincommunity", "dstid", id)
		}), 1, crowd-1)
		joins := 0
		for _, m := range owner.history(t, 11, id) {
			if m.Op == "join" {
				joins++
			}
		}
		if joins != 1 {
			t.Errorf("%d entries tell of joining", joins)
		}
	})
	t.Run("ask to join", func(t *testing.T) {
		owner, guest := w.person(t), w.person(t)
		id := owner.found(t, "join_policy", "approval")
		expect(t, "joincommunity", together(func(int) answer {
			return guest.post(t, "/contact/joincommunity", "dstid", id)
		}), 1, crowd-1)
	})
	t.Run("send", func(t *testing.T) {
		p := w.person(t)
		msgid := nonce()
		expect(t, "send", together(func(int) answer { return p.say(t, 10, p.ID, "once", "msgid", msgid) }), crowd, 0)
		if rows := p.history(t, 10, p.ID); len(rows) != 1 {
			t.Errorf("%d messages", len(rows))
		}
	})
}

// TestLimitsAreExact passes limits with parallel calls (S30, S45).
func TestLimitsAreExact(t *testing.T) {
	t.Parallel()
	w := newWorld(t, harness.Flags("--limits.communities_owned=5", "--limits.community_members=10", "--limits.logins_per_user=5"))
	owner := w.person(t)
	made := together(func(int) answer { return owner.post(t, "/contact/createcommunity", "name", "x"+nonce()) })
	if made[http.StatusOK] != 5 || made[http.StatusOK]+made[http.StatusConflict]+made[http.StatusForbidden] != crowd {
		t.Errorf("createcommunity: %v, want 5 times 200", made)
	}
	full := w.person(t).found(t)
	guests := make([]*person, crowd/2)
	for i := range guests {
		guests[i] = w.person(t)
	}
	expect(t, "join", together(func(i int) answer { return guests[i%len(guests)].post(t, "/contact/joincommunity", "dstid", full) }), 9, crowd-9)
	devices := together(func(int) answer {
		return w.stranger().post(t, "/user/login", "mobile", owner.Mobile, "passwd", owner.Passwd)
	})
	if devices[http.StatusOK] < 6 {
		t.Errorf("login: %v", devices)
	}
	if n := w.open(t).text(t, "SELECT COUNT(*) FROM logins WHERE user_id = ?", owner.ID); n != "5" {
		t.Errorf("%s logins, want 5", n)
	}
}

// TestLoginFlood signs in two hundred times at once: hashing takes 19 MiB each,
// and must not take it for all of them together (S14). What the race detector and
// the garbage collector add is in the first figure too: it is of as many at once
// as there are processors.
func TestLoginFlood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.person(t)
	few, all := floodPeaks(t, w, p)
	if grown := all - few; grown > 250 { // unbounded hashing grows by some 3,800
		t.Errorf("the server grew by %d MiB from a few logins at once to two hundred", grown)
	}
	p.get(t, "/user/logins").want(t, http.StatusOK)
	p.login(t)
}

// floodPeaks signs in with wrong passwords, first with as many at once as there
// are processors, then two hundred, and returns the server's peak after each, in MiB.
func floodPeaks(t *testing.T, w *world, p *person) (few, all int) {
	try := func(i int) answer {
		mobile := p.Mobile
		if i%2 == 0 {
			mobile = "nobody" + nonce()
		}
		return w.stranger().post(t, "/user/login", "mobile", mobile, "passwd", newPasswd())
	}
	var calm sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		calm.Go(func() {
			for i := range 20 {
				try(i)
			}
		})
	}
	calm.Wait()
	few = peakMiB(t, w)
	var flood sync.WaitGroup
	for range 4 {
		flood.Go(func() { together(try) })
	}
	flood.Wait()
	return few, peakMiB(t, w)
}
