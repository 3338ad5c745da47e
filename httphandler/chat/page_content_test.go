package chat

import (
	"reflect"
	"strings"
	"testing"

	"ginchat/model"
	"ginchat/view"
)

func TestLinkParts(t *testing.T) {
	tests := map[string][]string{ // text → where its links lead
		"see https://example.org/a?b=c#d.":                      {"https://example.org/a?b=c#d"},
		"(https://example.org)":                                 {"https://example.org"},
		"https://en.wikipedia.org/wiki/Go_(game) and HTTP://b!": {"https://en.wikipedia.org/wiki/Go_(game)", "HTTP://b"},
		"看https://example.org/路，好":                              {"https://example.org/路"},
		"javascript:alert(1) data:x http:// https:///x":         nil,
		"": nil,
	}
	for text, want := range tests {
		var got []string
		whole := ""
		for _, part := range linkParts(text) {
			whole += part.Text
			if part.Href != "" {
				got = append(got, part.Href)
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("links of %q = %q, want %q", text, got, want)
		}
		if whole != text {
			t.Errorf("the parts of %q together are %q", text, whole)
		}
	}
}

func TestSafeAddress(t *testing.T) {
	for _, url := range []string{"http://a", "https://a/b", "/mnt/x.png"} {
		if safeAddress(url) != url {
			t.Errorf("%q may not be followed", url)
		}
	}
	for _, url := range []string{"", "javascript:alert(1)", " https://a", "//evil", "/mnt//evil", "/user/logout", "data:x", "http:///"} {
		if safeAddress(url) != "" {
			t.Errorf("%q may be followed", url)
		}
	}
}

func TestIsEmojiOnly(t *testing.T) {
	for _, text := range []string{"👋", "👨‍👩‍👧‍👦 🇫🇷", "❤️", "1️⃣", "👍🏽👍🏽", "😀😀😀😀😀😀"} {
		if !isEmojiOnly(text) {
			t.Errorf("%q is emoji only", text)
		}
	}
	for _, text := range []string{"", " ", "1", "#1", "hi 👋", "👋👋👋👋👋👋👋", strings.Repeat("👋", 1000)} {
		if isEmojiOnly(text) {
			t.Errorf("%q is not emoji only", text)
		}
	}
}

func TestDescribe(t *testing.T) {
	tests := []struct {
		name string
		in   model.Draft
		text string
		want *view.Attached
	}{
		{"text", model.Draft{Media: model.MediaText, Content: "hi"}, "hi", nil},
		{"voice", model.Draft{Media: model.MediaVoice, URL: "/mnt/v.ogg", Amount: 65}, "", &view.Attached{Media: "voice", Detail: "1:05", Href: "/mnt/v.ogg"}},
		{"file", model.Draft{Media: model.MediaFile, URL: "javascript:x", Memo: "a.pdf", Amount: 1234567}, "", &view.Attached{Media: "file", Name: "a.pdf", Detail: "1.2 MB"}},
		{"card", model.Draft{Media: model.MediaCard, URL: "https://a", Content: "A", Memo: "about a"}, "about a", &view.Attached{Media: "card", Name: "A", Href: "https://a"}},
		{"bare link", model.Draft{Media: model.MediaLink, URL: "https://a"}, "", &view.Attached{Media: "link", Name: "https://a", Href: "https://a"}},
		{"contact", model.Draft{Media: model.MediaContact, Content: "Ann", URL: "https://a"}, "", &view.Attached{Media: "contact", Name: "Ann"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, got := describe(&tt.in)
			if text != tt.text || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("describe = %q, %+v, want %q, %+v", text, got, tt.text, tt.want)
			}
		})
	}
}

func TestSize(t *testing.T) {
	for bytes, want := range map[int64]string{0: "0 B", 999: "999 B", 1500: "1.5 KB", 25e6: "25 MB", 3e12: "3000 GB"} {
		if got := size(bytes); got != want {
			t.Errorf("size(%d) = %q, want %q", bytes, got, want)
		}
	}
}
