package view

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"ginchat/model"
)

const hostile = `</script><img src=x onerror=alert(1)>{{.}}"'`

// hostileChat is a chat page with hostile text wherever text can be.
func hostileChat(lang string) Chat {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	at := NewMoment(lang, model.MillisOf(now), now)
	change := &Change{Name: "rename", Actor: hostile, Member: hostile, Value: hostile, At: at}
	message := func(m Message) Entry {
		m.Author, m.Avatar, m.At = hostile, NewAvatar(2, hostile, "", "small"), at
		return Entry{Seq: 3, Message: &m}
	}
	page := Chat{Page: Page{Lang: lang, Active: "chats", Self: &model.User{ID: 1, Nickname: hostile}}}
	page.Conversations = []Conversation{
		{Address: model.Address{Kind: 11, DstID: 7}, Title: hostile, Last: &Preview{Sender: hostile, Text: hostile, At: at}},
		{Address: model.Address{Kind: 11, DstID: 8}, Title: hostile, Last: &Preview{Change: change, At: at}, Unread: 100, Muted: true},
		{Address: model.Address{Kind: 10, DstID: 2}, Title: hostile, Current: true},
	}
	page.Open = &OpenConversation{
		Address: model.Address{Kind: 10, DstID: 2}, Title: hostile, Presence: &Presence{UserID: 2, Told: true, Online: 1}, Older: 3, Past: true, LastSeq: 9, MsgID: "x",
		Entries: []Entry{{Day: &at}, {New: true}, {Seq: 2, Change: change},
			message(Message{Links: []Part{{Text: hostile}, {Text: hostile, Href: "https://a/" + hostile}}}),
			message(Message{Mine: true, Attached: &Attached{Media: "file", Name: hostile, Detail: hostile, Href: "/mnt/x"}})},
		Form: Form{Name: "send", Error: hostile, Values: map[string]string{"content": hostile}},
	}
	return page
}

var inlineCode = regexp.MustCompile(`(?i)<script>|<style|\son[a-z]+=["']|\sstyle=|javascript:`)

func TestChatPageIsInert(t *testing.T) {
	v := newView(t)
	for _, lang := range Languages {
		var out bytes.Buffer
		if err := v.Render(&out, hostileChat(lang)); err != nil {
			t.Fatal(err)
		}
		body := out.String()
		if strings.Contains(body, "<img src=x") || strings.Contains(body, `</script><img`) {
			t.Errorf("%s: hostile text is markup", lang)
		}
		if found := inlineCode.FindString(body); found != "" {
			t.Errorf("%s: %q in the page", lang, found)
		}
		if n := strings.Count(body, "{{.}}"); n < 15 {
			t.Errorf("%s: hostile text is shown %d times, want it everywhere", lang, n)
		}
	}
}

func TestChatPageWithNothing(t *testing.T) {
	var out bytes.Buffer
	page := Chat{Page: Page{Lang: "en", Self: &model.User{ID: 1, Nickname: "Ann"}}}
	if err := newView(t).Render(&out, page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Find a friend to say hello to", "/contact/index.shtml", "Choose a chat"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not on an empty page", want)
		}
	}
}

// A second socket would double all that is pushed, and ask for the page, which
// marks as read what nobody has seen.
func TestPagesHaveOneSocket(t *testing.T) {
	v := newView(t)
	sockets := func(page Renderable) int {
		var out bytes.Buffer
		if err := v.Render(&out, page); err != nil {
			t.Fatal(err)
		}
		return strings.Count(out.String(), "<chat-app") + strings.Count(out.String(), "<live-updates")
	}
	shell := Page{Lang: "en", Active: "chats", Self: &model.User{ID: 1, Nickname: "Ann"}}
	for name, page := range map[string]Renderable{"chat": Chat{Page: shell}, "contacts": Contacts{Page: shell}, "settings": Settings{Page: shell}} {
		if n := sockets(page); n != 1 {
			t.Errorf("%s: %d", name, n)
		}
	}
	if n := sockets(Login{Page: Page{Lang: "en"}}); n != 0 {
		t.Errorf("a stranger's page: %d", n)
	}
}

func TestMoment(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	now := time.Date(2026, 11, 23, 1, 0, 0, 0, shanghai)
	tests := []struct {
		lang, at, clock, near, day, short string
	}{
		{"en", "2026-11-22T16:30:00Z", "00:30", "today", "November 23, 2026", "Nov 23"},
		{"en", "2026-11-22T15:59:00Z", "23:59", "yesterday", "November 22, 2026", "Nov 22"},
		{"zh", "2025-03-01T00:00:00Z", "08:00", "", "2025年3月1日", "2025年3月1日"},
		{"zh", "2026-03-01T00:00:00Z", "08:00", "", "2026年3月1日", "3月1日"},
	}
	for _, tt := range tests {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		m := NewMoment(tt.lang, model.MillisOf(at), now)
		if m.Clock != tt.clock || m.Near != tt.near || m.Day != tt.day || m.Short != tt.short {
			t.Errorf("%s in %s reads %+v", tt.at, tt.lang, m)
		}
	}
}
