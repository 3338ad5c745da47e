package view

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"ginchat/model"

	"golang.org/x/net/html"
)

// nasty is text that must come out of every page as it went in, as text.
const nasty = `</script></title></textarea><img src=x onerror=alert(1)>{{.}}"'` + "`\u202e"

// samples returns every page of accounts, contacts and communities, in several
// states, with text in all its fields.
func samples(lang, text string) map[string]Renderable {
	self := &model.User{ID: 12, Mobile: text, Nickname: text, Memo: text, Sex: "W", Avatar: "/mnt/" + text}
	door := Page{Lang: lang}
	page := Page{Lang: lang, Self: self, Theme: "dark", Notice: "notice.saved"}
	form := func(name, field string) Form {
		return Form{Name: name, Field: field, Error: text, Values: map[string]string{
			"mobile": text, "nickname": text, "memo": text, "name": text, "cate": text, "sex": text}}
	}
	person := func(id int64) Person {
		return Person{ID: id, Nickname: text, Avatar: "javascript:" + text, Memo: text, Remark: text,
			Presence: Presence{UserID: id, Told: true, Online: 1}}
	}
	friend, asked, waiting, blocked, me := person(1), person(2), person(3), person(4), person(12)
	friend.Friend, asked.Asked, waiting.Waiting, blocked.Blocked, me.Self = true, true, true, true, true
	all := []Person{friend, asked, waiting, blocked, me, person(5)}
	pages := map[string]Renderable{
		"login":    Login{Page: door, Form: form("login", ""), Next: "/" + text},
		"register": Register{Page: door, Form: form("register", "mobile"), Next: "/" + text},
		"settings": Settings{Page: page, Form: form("profile", "nickname"), Current: 1,
			Logins: []model.Login{{ID: 1, Device: text, IP: text}, {ID: 2, Device: text, IP: text, SeenAt: 1}}},
		"contacts": Contacts{Page: page, Groups: GroupFriends(all), Friends: 6, Requests: all[:2], Waiting: all[2:3], Blocked: all[3:4]},
		"nobody":   Contacts{Page: page},
		"search":   Contacts{Page: page, Query: text, Found: all, Form: form("add", "")},
		"nothing":  Contacts{Page: page, Query: text},
		"error":    Error{Page: page, Status: 500, Message: text, Request: text},
		"stranger": Error{Page: door, Status: 404, Message: text},
	}
	for i := range all {
		pages[fmt.Sprintf("card %d", i)] = Contacts{Page: page, Open: &all[i], Form: form("remark", "memo")}
	}
	var rows []CommunityRow
	for i, role := range []model.Role{model.RoleOwner, model.RoleAdmin, model.RoleMember, ""} {
		for j, policy := range []model.JoinPolicy{model.JoinOpen, model.JoinApproval, model.JoinInvite} {
			row := CommunityRow{Role: role, Members: i, Asked: role == "" && j == 1, Community: model.Community{
				ID: int64(i*3 + j), Name: text, Memo: text, Icon: text, Cate: j, JoinPolicy: policy, HistoryPolicy: model.HistoryAll}}
			rows = append(rows, row)
			open := &OpenCommunity{CommunityRow: row, Requests: all[:2], Invitable: all}
			for k, p := range all {
				open.People = append(open.People, MemberRow{Person: p, Role: []model.Role{model.RoleAdmin, model.RoleMember}[k%2],
					Viewer: role, Silenced: k > 2, SilencedUntil: []model.Millis{1, ForGood}[k%2]})
			}
			pages[fmt.Sprintf("community %s %s", role, policy)] = Communities{Page: page, Mine: rows, Pane: "one", Open: open, Form: form("update", "name")}
		}
	}
	pages["communities"] = Communities{Page: page, Mine: rows}
	pages["no communities"] = Communities{Page: page}
	pages["create"] = Communities{Page: page, Pane: "create", Form: form("create", "name")}
	pages["find"] = Communities{Page: page, Pane: "find", Query: text, Found: rows, Form: form("join", "")}
	pages["found nothing"] = Communities{Page: page, Pane: "find", Query: text}
	return pages
}

func TestPagesHoldTextAsText(t *testing.T) {
	v := newView(t)
	for _, lang := range Languages {
		for name, page := range samples(lang, nasty) {
			t.Run(lang+" "+name, func(t *testing.T) {
				var out bytes.Buffer
				if err := v.Render(&out, page); err != nil {
					t.Fatal(err)
				}
				check(t, out.String())
			})
		}
	}
}

// check parses a page and refuses what a strict policy would, what is broken, and
// whatever text managed to become markup.
func check(t *testing.T, page string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids, targets := map[string]int{}, []string{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "style" || n.Data == "script" && attr(n, "src") == "" && attr(n, "type") != "application/json" {
			t.Errorf("inline <%s>", n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style":
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			case strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:"):
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			case a.Key == "id":
				ids[a.Val]++
			case a.Key == "for", a.Key == "aria-describedby", a.Key == "aria-labelledby", a.Key == "aria-controls":
				targets = append(targets, a.Val)
			}
		}
		if n.Data == "input" && attr(n, "type") == "password" && attr(n, "value") != "" {
			t.Error("a password is sent back")
		}
		if n.Data == "button" && n.FirstChild == nil && attr(n, "aria-label") == "" {
			t.Error("a button without a name")
		}
	}
	for id, count := range ids {
		if count > 1 {
			t.Errorf("%d elements have the id %q", count, id)
		}
	}
	for _, id := range targets {
		if ids[id] == 0 {
			t.Errorf("nothing has the id %q", id)
		}
	}
	page = strings.ReplaceAll(page, `src="#ZgotmplZ"`, "") // what html/template makes of a javascript: picture
	for _, bad := range []string{"ZgotmplZ", "&lt;no value&gt;", "<no value>", "%!"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func TestHostileTextIsSeenLiterally(t *testing.T) {
	v := newView(t)
	var out bytes.Buffer
	if err := v.Render(&out, samples("en", nasty)["card 0"]); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&out)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
		}
	}
	if got := strings.Count(text.String(), nasty); got < 3 {
		t.Errorf("the text is there %d times, want name, nickname and memo", got)
	}
}

// TestOnlyWhoMaySeesTheForms keeps actions off the pages of who may not do them.
func TestOnlyWhoMaySeesTheForms(t *testing.T) {
	v := newView(t)
	values := regexp.MustCompile(`name="action" value="([a-z0-9-]+)"`)
	for name, want := range map[string]string{
		"community owner open":      "invite accept decline update dissolve kick setrole-admin setrole-member setrole-owner mute-hour mute-0",
		"community admin open":      "invite accept decline update leave kick mute-hour mute-0",
		"community member open":     "invite leave",
		"community member approval": "leave",
		"community  open":           "join",
		"community  approval":       "withdraw",
		"community  invite":         "",
	} {
		page := samples("en", "x")[name].(Communities)
		if !page.Open.Manages() {
			page.Open.Requests = nil // the logic gives them to nobody else
		}
		var out bytes.Buffer
		if err := v.Render(&out, page); err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, match := range values.FindAllStringSubmatch(out.String(), -1) {
			got[match[1]] = true
		}
		delete(got, "mute-day")
		delete(got, "mute-forever")
		for _, action := range strings.Fields(want) {
			if !got[action] {
				t.Errorf("%s: no %s", name, action)
			}
			delete(got, action)
		}
		if len(got) > 0 {
			t.Errorf("%s: also %v", name, got)
		}
	}
}
