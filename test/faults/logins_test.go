package faults

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"ginchat/test/harness"
)

// endedWithin is how soon the sockets of an ended login are closed on all nodes (I16).
const endedWithin = 5 * time.Second

// logins ends logins on one node that have sockets on the others, without Redis
// and under load, by logout, by a new password and by disabling the account: those
// close, and what is sent over them is refused from the moment of the answer (I16).
func (r *ring) logins(t *testing.T) {
	people := r.Nodes[0].People("logins", 2)
	who, friend := people[0], people[1]
	harness.Befriend(who, friend)
	r.withoutRedis(t, func() {
		stays := func(s *harness.Socket) {
			if f, err := s.Send(friend.Private(), rand.Text(), "text"); err != nil || f.Error != "" {
				t.Errorf("another login's socket: %s, %v", f.Raw, err)
			}
			s.Close()
		}
		r.endLogin(t, who, friend, "logout", func(ended, _ *harness.Client) { ended.MustPost(nil, "/user/logout") }, stays)
		r.silence(0)
		defer r.heal(0)
		r.endLogin(t, who, friend, "a new password, no word of it between the nodes,", func(_, other *harness.Client) {
			other.MustPost(nil, "/user/passwd", "old", harness.Passwd, "new", harness.Passwd+"2")
		}, stays)
		disabled := r.Nodes[0].People("disabled", 1)[0]
		harness.Befriend(disabled, friend)
		r.endLogin(t, disabled, friend, "disabling", func(_, _ *harness.Client) { r.Nodes[0].Operate("disable", disabled.User.Mobile) },
			func(s *harness.Socket) {
				if code, _, err := s.AwaitClose(endedWithin); err != nil || code != 4502 {
					t.Errorf("a socket of a disabled account that sends nothing closed with %d, %v, want 4502", code, err)
				}
			})
	})
}

// endLogin makes a second login of a user, floods from its sockets on two nodes,
// and has it end on the third. other looks at a socket of the first login.
func (r *ring) endLogin(t *testing.T, who, friend *harness.Client, how string, end func(ended, other *harness.Client), other func(*harness.Socket)) {
	ended := r.Nodes[0].NewClient()
	ended.Login(who.User.Mobile, harness.Passwd)
	sockets := []*harness.Socket{ended.At(r.Nodes[1].Server).Dial(), ended.At(r.Nodes[2].Server).Dial()}
	stays := who.At(r.Nodes[1].Server).Dial()
	var floods []*flood
	for i, s := range sockets {
		floods = append(floods, startFlood(s, friend.Private(), fmt.Sprintf("%c%d", how[0], i))) // names that no other round has
	}
	time.Sleep(700 * time.Millisecond)
	end(ended, who)
	answered := time.Now()
	var slowest time.Duration
	before, later := 0, 0
	for i, s := range sockets {
		code, _, err := s.AwaitClose(2 * endedWithin)
		took := time.Since(answered)
		if slowest = max(slowest, took); err != nil || code != 4501 || took > endedWithin {
			t.Errorf("%s: a socket on another node closed with %d after %s, %v", how, code, took, err)
		}
		sends := floods[i].end()
		for _, one := range sends {
			if one.written.After(answered) {
				later++
			}
		}
		for _, one := range acked(sends) {
			if before++; one.written.After(answered) {
				t.Errorf("%s: %s, sent %s after the answer, was acked", how, one.msgid, one.written.Sub(answered))
			}
		}
	}
	if _, response, err := ended.At(r.Nodes[2].Server).TryDial("/chat"); err == nil || response == nil || response.StatusCode != 401 {
		t.Errorf("%s: a new socket: %v", how, err)
	}
	other(stays)
	fmt.Printf("%s: after %s sockets on other nodes closed within %s; %d sends acked before, %d written after the answer and refused\n",
		t.Name(), how, round(slowest), before, later)
}
