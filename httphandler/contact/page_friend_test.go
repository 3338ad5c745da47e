package contact

import (
	"fmt"
	"strings"
	"testing"

	"ginchat/httphandlerpack/user"
	"ginchat/model"
)

func TestFriendsFindAndLoseEachOther(t *testing.T) {
	s := newSite(t)
	ann, bo := s.person("ann"), s.person("bo")
	s.holds(s.see(ann, contactsPath), "No friends here yet")
	s.holds(s.see(ann, contactsPath+"?kword=b"), `value="add"`, ">bo</bdi>")

	target := s.send(ann, contactsPath, "action", "add", "dstid", bo)
	if want := fmt.Sprintf("%s?id=%d&done=friend_added", contactsPath, bo); target != want {
		t.Errorf("leads to %q, want %q", target, want)
	}
	s.holds(s.see(ann, target), "You are friends now", fmt.Sprintf("/chat/index.shtml?cmd=10&amp;dstid=%d", bo), "online")
	s.holds(s.see(bo, contactsPath), ">ann</bdi>")

	card := fmt.Sprintf("%s?id=%d", contactsPath, bo)
	s.send(ann, card, "action", "remark", "dstid", bo, "memo", "Robert")
	s.holds(s.see(ann, contactsPath), ">Robert</bdi>", `id="people-R"`)
	s.send(ann, card, "action", "block", "dstid", bo)
	s.holds(s.see(ann, card), "You have blocked this person", `value="unblock"`)
	s.lacks(s.see(ann, card), `value="remark"`, "cmd=10")
	s.send(ann, card, "action", "unblock", "dstid", bo)
	s.send(ann, card, "action", "remove", "dstid", bo)
	s.lacks(s.see(ann, contactsPath), ">bo</bdi>")
	s.holds(s.see(ann, card), `value="add"`)
}

func TestFriendRequests(t *testing.T) {
	s := newSite(t)
	ann, bo, cy := s.person("ann"), s.person("bo"), s.person("cy")
	if _, err := s.users.Update(t.Context(), bo, user.Update{Settings: &model.Settings{Approve: true, Lang: "zh"}}); err != nil {
		t.Fatal(err)
	}
	s.send(ann, contactsPath, "action", "add", "dstid", "bo-account")
	s.send(cy, contactsPath, "action", "add", "dstid", "bo-account")
	s.holds(s.see(ann, contactsPath), "Waiting for an answer")
	s.holds(s.see(bo, contactsPath), "新的朋友", ">ann</bdi>", ">cy</bdi>")
	s.send(bo, contactsPath, "action", "answer", "dstid", ann, "accept", 1)
	s.send(bo, contactsPath, "action", "answer", "dstid", cy, "accept", 0)
	s.lacks(s.see(bo, contactsPath), "新的朋友", ">cy</bdi>")
	s.holds(s.see(ann, contactsPath), "1 friend<")

	s.send(cy, contactsPath, "action", "add", "dstid", "bo-account")
	s.send(cy, contactsPath, "action", "withdraw", "dstid", bo)
	s.lacks(s.see(bo, contactsPath), "新的朋友")
}

func TestRefusedContactForms(t *testing.T) {
	s := newSite(t)
	ann, bo := s.person("ann"), s.person("bo")
	s.send(ann, contactsPath, "action", "add", "dstid", bo)
	card := fmt.Sprintf("%s?id=%d", contactsPath, bo)
	tests := []struct {
		name, path string
		status     int
		holds      string
		form       []any
	}{
		{"oneself", contactsPath, 400, "You cannot add yourself", []any{"action", "add", "dstid", ann}},
		{"nobody", contactsPath, 404, "form-error", []any{"action", "add", "dstid", "<zed>"}},
		{"again", card, 409, "You are friends already", []any{"action", "add", "dstid", bo}},
		{"long remark", card, 400, `aria-invalid="true"`, []any{"action", "remark", "dstid", bo, "memo", strings.Repeat("<x>", 40)}},
		{"no action", contactsPath, 400, "There is no such action", []any{"action", "explode", "dstid", bo}},
		{"no id", contactsPath, 404, "form-error", []any{"action", "remove", "dstid", "1;drop"}},
		{"another's name", contactsPath, 403, "Not allowed", []any{"action", "remove", "dstid", bo, "userid", bo}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page := s.refused(ann, tt.status, tt.path, tt.form...)
			if !strings.Contains(page, tt.holds) || strings.Contains(page, "<x>") || strings.Contains(page, "<zed>") {
				t.Errorf("want %q in\n%s", tt.holds, page)
			}
		})
	}
	for _, path := range []string{"?id=99", "?id=x", "?id=-1", "?id=99999999999999999999"} {
		if w := s.do(ann, "GET", contactsPath+path, nil); w.Code != 404 {
			t.Errorf("%s: %d, want 404", path, w.Code)
		}
	}
	s.holds(s.see(ann, contactsPath+"?kword=%25"), "Nobody found")
}
