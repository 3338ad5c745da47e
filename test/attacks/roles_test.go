package attacks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// roles are how somebody may stand to a community; cast fills them.
var roles = [...]string{"owner", "admin", "member", "ex-member", "stranger"}

// cast is a community with somebody in each role, and one more of whom things
// are done to.
type cast struct {
	community            int64
	by                   map[string]*person
	owner, admin, member int64
	stranger, friend     int64 // not members; friend is everybody's
}

// verb is one thing to do to a community, with the statuses by role.
type verb struct {
	name string
	do   func(t *testing.T, p *person, c *cast) answer
	want [len(roles)]int
}

func onto(path string, more ...any) func(t *testing.T, p *person, c *cast) answer {
	return func(t *testing.T, p *person, c *cast) answer {
		params := []any{"dstid", c.community}
		for i := 0; i+1 < len(more); i += 2 {
			value := more[i+1]
			if whom, ok := value.(func(*cast) int64); ok {
				value = whom(c)
			}
			params = append(params, more[i], value)
		}
		if path == "/chat/history" {
			return p.get(t, path, params...)
		}
		return p.post(t, path, params...)
	}
}

func theOwner(c *cast) int64  { return c.owner }
func theAdmin(c *cast) int64  { return c.admin }
func theMember(c *cast) int64 { return c.member }
func outside(c *cast) int64   { return c.stranger }
func aFriend(c *cast) int64   { return c.friend }

// verbs is the exact table of who may do what. theMember is a second member, so
// that the role "member" acts on an equal.
var verbs = []verb{
	//                                                                           owner admin member ex  stranger
	{"send", onto("/chat/send", "cmd", 11, "content", "hello"), [...]int{200, 200, 200, 403, 403}},
	{"history", onto("/chat/history", "cmd", 11), [...]int{200, 200, 200, 403, 403}},
	{"read", onto("/chat/read", "cmd", 11, "seq", 1), [...]int{200, 200, 200, 403, 403}},
	{"notify less", onto("/chat/mute", "cmd", 11, "muted", 1), [...]int{200, 200, 200, 403, 403}},
	{"members", onto("/contact/members"), [...]int{200, 200, 200, 403, 403}},
	{"rename", onto("/contact/updatecommunity", "name", "renamed"), [...]int{200, 200, 403, 403, 403}},
	{"change memo", onto("/contact/updatecommunity", "memo", "changed"), [...]int{200, 200, 403, 403, 403}},
	{"change nothing", onto("/contact/updatecommunity"), [...]int{200, 200, 403, 403, 403}},
	{"change policy", onto("/contact/updatecommunity", "join_policy", "invite"), [...]int{200, 200, 403, 403, 403}},
	{"invite friend", onto("/contact/invite", "memberid", aFriend), [...]int{200, 200, 200, 403, 403}},
	{"invite outsider", onto("/contact/invite", "memberid", outside), [...]int{403, 403, 403, 403, 403}},
	{"kick member", onto("/contact/kickmember", "memberid", theMember), [...]int{200, 200, 403, 403, 403}},
	{"kick admin", onto("/contact/kickmember", "memberid", theAdmin), [...]int{200, 403, 403, 403, 403}},
	{"kick owner", onto("/contact/kickmember", "memberid", theOwner), [...]int{403, 403, 403, 403, 403}},
	{"kick outsider", onto("/contact/kickmember", "memberid", outside), [...]int{404, 404, 403, 403, 403}},
	{"make admin", onto("/contact/setrole", "memberid", theMember, "role", "admin"), [...]int{200, 403, 403, 403, 403}},
	{"make owner", onto("/contact/setrole", "memberid", theMember, "role", "owner"), [...]int{200, 403, 403, 403, 403}},
	{"demote admin", onto("/contact/setrole", "memberid", theAdmin, "role", "member"), [...]int{200, 403, 403, 403, 403}},
	{"demote owner", onto("/contact/setrole", "memberid", theOwner, "role", "member"), [...]int{403, 403, 403, 403, 403}},
	{"invent role", onto("/contact/setrole", "memberid", theMember, "role", "god"), [...]int{400, 400, 400, 400, 400}},
	{"mute member", onto("/contact/mutemember", "memberid", theMember, "until", int64(4e12)), [...]int{200, 200, 403, 403, 403}},
	{"mute admin", onto("/contact/mutemember", "memberid", theAdmin, "until", int64(4e12)), [...]int{200, 403, 403, 403, 403}},
	{"mute owner", onto("/contact/mutemember", "memberid", theOwner, "until", int64(4e12)), [...]int{403, 403, 403, 403, 403}},
	{"join", onto("/contact/joincommunity"), [...]int{409, 409, 409, 200, 200}},
	{"leave", onto("/contact/leavecommunity"), [...]int{403, 200, 200, 403, 403}},
	{"dissolve", onto("/contact/dissolvecommunity"), [...]int{200, 403, 403, 403, 403}},
}

// troupe is the people that all casts are made of.
type troupe struct {
	owner, admin, member, second, ex, stranger, friend, outsider *person
}

func newTroupe(t *testing.T, w *world) *troupe {
	t.Helper()
	q := &troupe{w.person(t), w.person(t), w.person(t), w.person(t), w.person(t), w.person(t), w.person(t), w.person(t)}
	for _, p := range []*person{q.owner, q.admin, q.member, q.ex, q.stranger} {
		p.befriend(t, q.friend)
	}
	return q
}

// gather makes a fresh community of q.
func (q *troupe) gather(t *testing.T) *cast {
	t.Helper()
	id := q.owner.found(t)
	for _, p := range []*person{q.admin, q.member, q.second, q.ex} {
		p.post(t, "/contact/joincommunity", "dstid", id).want(t, http.StatusOK)
	}
	q.owner.post(t, "/contact/setrole", "dstid", id, "memberid", q.admin.ID, "role", "admin").want(t, http.StatusOK)
	q.owner.post(t, "/contact/kickmember", "dstid", id, "memberid", q.ex.ID).want(t, http.StatusOK)
	return &cast{community: id, owner: q.owner.ID, admin: q.admin.ID, member: q.second.ID, stranger: q.outsider.ID, friend: q.friend.ID,
		by: map[string]*person{"owner": q.owner, "admin": q.admin, "member": q.member, "ex-member": q.ex, "stranger": q.stranger}}
}

// verbsByRole does everything to a community in every role. Refusals share one
// community, and must leave it as it was.
func verbsByRole(t *testing.T, w *world) {
	q := newTroupe(t, w)
	shared := q.gather(t)
	before := shared.look(t)
	for _, v := range verbs {
		t.Run(v.name, func(t *testing.T) {
			for i, role := range roles {
				c := shared
				if v.want[i] == http.StatusOK {
					c = q.gather(t)
				}
				if a := v.do(t, c.by[role], c); a.Status != v.want[i] {
					t.Errorf("%s: status %d, want %d: %s", role, a.Status, v.want[i], a.Body)
				}
			}
		})
	}
	if after := shared.look(t); after != before {
		t.Errorf("refused verbs changed the community:\n%s\n%s", before, after)
	}
	t.Run("unknown community", func(t *testing.T) {
		nowhere := *shared
		nowhere.community = 1 << 40
		for _, v := range verbs {
			if v.name == "invent role" {
				continue
			}
			v.do(t, q.owner, &nowhere).refused(t, http.StatusNotFound, "not_found")
		}
	})
}

// look returns all that the owner sees of the community.
func (c *cast) look(t *testing.T) string {
	t.Helper()
	owner := c.by["owner"]
	members := owner.post(t, "/contact/members", "dstid", c.community).want(t, http.StatusOK).Body
	var communities []json.RawMessage
	owner.post(t, "/contact/loadcommunity").want(t, http.StatusOK).rows(t, &communities)
	var self string
	for _, row := range communities {
		if strings.HasPrefix(string(row), fmt.Sprintf(`{"id":%d,`, c.community)) {
			self = string(row)
		}
	}
	return self + members + owner.get(t, "/chat/history", "cmd", 11, "dstid", c.community).want(t, http.StatusOK).Body
}

// doors tries to get into communities that are not open, and to stay in those one
// was shown out of.
func doors(t *testing.T, w *world) {
	owner, guest, friend := w.person(t), w.person(t), w.person(t)
	guest.befriend(t, friend)
	t.Run("invite only", func(t *testing.T) {
		id := owner.found(t, "join_policy", "invite")
		guest.post(t, "/contact/joincommunity", "dstid", id).refused(t, http.StatusForbidden, "forbidden")
		guest.say(t, 11, id, secretBody()).refused(t, http.StatusForbidden, "forbidden")
		owner.befriend(t, guest)
		owner.post(t, "/contact/invite", "dstid", id, "memberid", guest.ID).want(t, http.StatusOK)
		guest.post(t, "/contact/invite", "dstid", id, "memberid", friend.ID).refused(t, http.StatusForbidden, "forbidden")
	})
	t.Run("approval", func(t *testing.T) {
		id := owner.found(t, "join_policy", "approval")
		var role string
		guest.post(t, "/contact/joincommunity", "dstid", id).want(t, http.StatusOK).data(t, &role, "role")
		if role != "requested" {
			t.Errorf("role %q after asking", role)
		}
		guest.post(t, "/contact/joincommunity", "dstid", id).refused(t, http.StatusConflict, "conflict")
		guest.say(t, 11, id, secretBody()).refused(t, http.StatusForbidden, "forbidden")
		guest.post(t, "/contact/members", "dstid", id).refused(t, http.StatusForbidden, "forbidden")
		guest.post(t, "/contact/invite", "dstid", id, "memberid", guest.ID).refused(t, http.StatusForbidden, "forbidden")
	})
	t.Run("silenced", func(t *testing.T) {
		id := owner.found(t)
		guest.post(t, "/contact/joincommunity", "dstid", id).want(t, http.StatusOK)
		owner.post(t, "/contact/mutemember", "dstid", id, "memberid", guest.ID, "until", time.Now().Add(time.Hour).UnixMilli()).want(t, http.StatusOK)
		guest.say(t, 11, id, secretBody()).refused(t, http.StatusForbidden, "forbidden")
		guest.post(t, "/contact/mutemember", "dstid", id, "memberid", guest.ID, "until", 0).refused(t, http.StatusForbidden, "forbidden")
	})
	t.Run("shown out", func(t *testing.T) {
		id := owner.found(t)
		guest.post(t, "/contact/joincommunity", "dstid", id).want(t, http.StatusOK)
		ear := guest.dial(t)
		owner.post(t, "/contact/kickmember", "dstid", id, "memberid", guest.ID).want(t, http.StatusOK)
		later := secretBody()
		owner.say(t, 11, id, later).want(t, http.StatusOK)
		if refusal := ear.answerTo(t, fields{"cmd": 11, "dstid": id, "content": secretBody()}); refusal.Error != "forbidden" {
			t.Errorf("a send after the removal got %+v", refusal)
		}
		ear.send(t, fields{"cmd": 3, "heads": []fields{{"kind": 11, "dstid": id, "seq": 0}}})
		synced := ear.await(t, "sync", func(m message) bool { return m.Cmd == 3 && m.Done })
		for _, head := range synced.Heads {
			if head.Kind == 11 && head.DstID == id {
				t.Error("sync still has the head of the community")
			}
		}
		for _, m := range ear.settled(t) {
			if m.Content == later || m.Cmd == 11 && m.DstID == id {
				t.Errorf("after the removal came %+v", m)
			}
		}
	})
	t.Run("no friends", func(t *testing.T) {
		a, b := w.person(t), w.person(t)
		a.say(t, 10, b.ID, secretBody()).refused(t, http.StatusForbidden, "forbidden")
		a.befriend(t, b)
		a.say(t, 10, b.ID, secretBody()).want(t, http.StatusOK)
		b.post(t, "/contact/blockuser", "dstid", a.ID).want(t, http.StatusOK)
		a.say(t, 10, b.ID, secretBody()).refused(t, http.StatusForbidden, "forbidden")
		b.post(t, "/contact/unblockuser", "dstid", a.ID).want(t, http.StatusOK)
		b.post(t, "/contact/removefriend", "dstid", a.ID).want(t, http.StatusOK)
		a.say(t, 10, b.ID, secretBody()).refused(t, http.StatusForbidden, "forbidden")
		a.say(t, 10, 1<<40, secretBody()).refused(t, http.StatusNotFound, "not_found")
	})
}
