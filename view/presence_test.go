package view

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"ginchat/model"

	"golang.org/x/net/html"
)

func TestPresenceIsSaid(t *testing.T) {
	v := newView(t)
	shanghai := time.FixedZone("CST", 8*3600)
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, shanghai)
	seen := func(ago time.Duration) model.Presence { return model.Presence{Seen: model.MillisOf(now.Add(-ago))} }
	const day = 24 * time.Hour
	tests := []struct {
		name     string
		online   string
		seen     bool
		en, zh   string
		presence model.Presence
	}{
		{name: "online", presence: model.Presence{Online: 1, Seen: 5}, online: "1", en: "online", zh: "在线"},
		{name: "today", presence: seen(time.Hour), online: "0", seen: true, en: "last seen today 14:00", zh: "最近在线：今天 14:00"},
		{name: "yesterday", presence: seen(day), online: "0", seen: true, en: "last seen yesterday", zh: "最近在线：昨天"},
		{name: "this year", presence: seen(30 * day), online: "0", seen: true, en: "last seen Oct 24", zh: "最近在线：10月24日"},
		{name: "long ago", presence: seen(365 * day), online: "0", seen: true, en: "last seen Nov 23, 2025", zh: "最近在线：2025年11月23日"},
		{name: "never seen", presence: model.Presence{}, online: "0", en: "offline", zh: "离线"},
		{name: "unknown", presence: model.UnknownPresence, online: "-1"},
	}
	for _, tt := range tests {
		for lang, want := range map[string]string{"en": tt.en, "zh": tt.zh} {
			mark := renderPresence(t, v, lang, "words", NewPresence(lang, 7, tt.presence, now))
			if got := textOf(mark); got != want {
				t.Errorf("%s, %s: says %q, want %q", tt.name, lang, got, want)
			}
			if attr(mark, "data-userid") != "7" || attr(mark, "data-presence") != tt.online || (attr(mark, "data-seen") != "") != tt.seen {
				t.Errorf("%s, %s: scripts are told %v", tt.name, lang, mark.Attr)
			}
		}
	}
}

// Of who is no friend scripts learn that there is nothing to learn.
func TestPresenceNotTold(t *testing.T) {
	v := newView(t)
	mark := renderPresence(t, v, "en", "words", Presence{UserID: 7})
	if attr(mark, "data-presence") != "" || textOf(mark) != "" {
		t.Errorf("says %q, %v", textOf(mark), mark.Attr)
	}
	var out bytes.Buffer
	if err := v.pages["en chat/index"].ExecuteTemplate(&out, "presence", map[string]any{"As": "dot", "Of": (*Presence)(nil)}); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 0 {
		t.Errorf("a community is %s", &out)
	}
}

// A dot alone tells who cannot see it nothing.
func TestDotIsText(t *testing.T) {
	mark := renderPresence(t, newView(t), "en", "dot", NewPresence("en", 7, model.Presence{Online: 1}, time.Now()))
	if words := mark.FirstChild; textOf(mark) != "online" || !strings.Contains(attr(words, "class"), "visually-hidden") {
		t.Errorf("says %q in %v", textOf(mark), words.Attr)
	}
}

func renderPresence(t *testing.T, v *View, lang, as string, of Presence) *html.Node {
	t.Helper()
	var out bytes.Buffer
	if err := v.pages[lang+" chat/index"].ExecuteTemplate(&out, "presence", map[string]any{"As": as, "Of": &of}); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&out)
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if strings.Contains(attr(n, "class"), "presence--"+as) {
			return n
		}
	}
	t.Fatalf("no mark in %s", &out)
	return nil
}

func textOf(n *html.Node) string {
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		}
	}
	return text.String()
}
