package contact

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ginchat/model"
	"ginchat/view"
)

// found starts a community of owner with these members, all friends of the owner.
func (s *site) found(owner int64, policy model.JoinPolicy, members ...int64) (path string) {
	s.t.Helper()
	path = s.send(owner, communitiesPath, "action", "create", "name", "Runners", "memo", "at <8>", "cate", 4, "join_policy", policy)
	path = strings.TrimSuffix(path, "&done=community_created")
	for _, m := range members {
		s.send(owner, contactsPath, "action", "add", "dstid", m)
		s.send(owner, path, s.on(path, "invite", m)...)
	}
	return path
}

// on is the form that does action to a member of the community at path.
func (s *site) on(path, action string, member int64) []any {
	return []any{"action", action, "dstid", strings.TrimPrefix(path, communitiesPath+"?dstid="), "memberid", member}
}

func TestACommunityAndItsMembers(t *testing.T) {
	s := newSite(t)
	ann, bo, cy := s.person("ann"), s.person("bo"), s.person("cy")
	path := s.found(ann, model.JoinOpen, bo)
	s.holds(s.see(ann, path), "Runners", "at &lt;8&gt;", "2 members", "Hobbies", `value="dissolve"`, `value="kick"`)
	s.holds(s.see(bo, path), `value="leave"`)
	s.lacks(s.see(bo, path), `value="kick"`, `value="dissolve"`, `value="update"`)

	s.send(bo, contactsPath, "action", "add", "dstid", cy)
	s.holds(s.see(bo, path), fmt.Sprintf(`<option value="%d">cy`, cy))
	s.lacks(s.see(bo, path), fmt.Sprintf(`<option value="%d">`, ann))

	s.holds(s.see(cy, communitiesPath+"?kword=runn"), `value="join"`)
	s.lacks(s.see(cy, path), ">bo</bdi>")
	s.send(cy, path, s.on(path, "join", 0)...)
	s.holds(s.see(cy, path), ">bo</bdi>", "3 members")

	s.send(ann, path, s.on(path, "mute-hour", bo)...)
	s.holds(s.see(cy, path), "Muted until")
	s.send(ann, path, s.on(path, "mute-forever", bo)...)
	s.holds(s.see(cy, path), "Muted<")
	s.send(ann, path, s.on(path, "mute-0", bo)...)
	s.lacks(s.see(cy, path), "Muted")
	s.send(ann, path, s.on(path, "setrole-admin", bo)...)
	s.holds(s.see(bo, path), `value="kick"`, "Edit community")
	s.send(bo, path, s.on(path, "kick", cy)...)
	s.lacks(s.see(cy, path), ">bo</bdi>")

	s.send(ann, path, append(s.on(path, "update", 0), "name", "Walkers", "memo", "", "cate", 0, "join_policy", "invite", "history_policy", "since_join")...)
	s.holds(s.see(ann, path), "Walkers", "General")
	s.holds(s.see(cy, path), "Only by invitation")
	s.send(ann, path, s.on(path, "setrole-owner", bo)...)
	s.send(ann, path, s.on(path, "leave", 0)...)
	s.send(bo, path, s.on(path, "dissolve", 0)...)
	if w := s.do(bo, "GET", path, nil); w.Code != 404 {
		t.Errorf("a dissolved community answers %d", w.Code)
	}
	s.holds(s.see(bo, communitiesPath), "No communities yet")
}

func TestRequestsToJoin(t *testing.T) {
	s := newSite(t)
	ann, bo, cy := s.person("ann"), s.person("bo"), s.person("cy")
	path := s.found(ann, model.JoinApproval)
	if target := s.send(bo, path, s.on(path, "join", 0)...); !strings.HasSuffix(target, "done=community_asked") {
		t.Errorf("leads to %q", target)
	}
	s.send(cy, path, s.on(path, "join", 0)...)
	s.holds(s.see(bo, path), `value="withdraw"`)
	s.holds(s.see(ann, path), "Requests to join", ">bo</bdi>", ">cy</bdi>")
	s.send(ann, path, s.on(path, "accept", bo)...)
	s.send(ann, path, s.on(path, "decline", cy)...)
	s.lacks(s.see(ann, path), "Requests to join", ">cy</bdi>")
	s.holds(s.see(bo, path), "2 members")
	s.send(cy, path, s.on(path, "join", 0)...)
	s.send(cy, path, s.on(path, "withdraw", 0)...)
	s.holds(s.see(cy, path), `value="join"`)
}

func TestRefusedCommunityForms(t *testing.T) {
	s := newSite(t)
	ann, bo, cy := s.person("ann"), s.person("bo"), s.person("cy")
	path := s.found(ann, model.JoinInvite, bo)
	tests := []struct {
		name   string
		as     int64
		status int
		holds  string
		form   []any
	}{
		{"stranger joins", cy, 403, "form-error", s.on(path, "join", 0)},
		{"member kicks", bo, 403, "form-error", s.on(path, "kick", ann)},
		{"member dissolves", bo, 403, "form-error", s.on(path, "dissolve", 0)},
		{"member edits", bo, 403, "form-error", append(s.on(path, "update", 0), "name", "X", "join_policy", "open", "history_policy", "all")},
		{"stranger invites", cy, 403, "form-error", s.on(path, "invite", cy)},
		{"owner leaves", ann, 403, "Owner", s.on(path, "leave", 0)},
		{"odd role", ann, 400, "form-error", s.on(path, "setrole-king", bo)},
		{"no name", ann, 400, `id="update-name-error"`, append(s.on(path, "update", 0), "name", " ", "join_policy", "open", "history_policy", "all")},
		{"no action", ann, 400, "form-error", s.on(path, "explode", 0)},
		{"words for numbers", ann, 400, "That did not work", []any{"action", "kick", "dstid", "x"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page := s.refused(tt.as, tt.status, path, tt.form...)
			if !strings.Contains(page, tt.holds) {
				t.Errorf("want %q in\n%s", tt.holds, page)
			}
		})
	}
	s.holds(s.refused(ann, 400, communitiesPath+"?create=1", "action", "create", "name", "", "memo", "kept <b>"),
		`id="create-name-error"`, "kept &lt;b&gt;</textarea>")
}

func TestSilence(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_000)
	for length, want := range map[string]model.Millis{
		"hour": 1_700_003_600_000, "day": 1_700_086_400_000, "forever": view.ForGood, "0": 0, "": 0,
	} {
		if got, _ := silence(length, now); got != want {
			t.Errorf("%q: until %d, want %d", length, got, want)
		}
	}
}
