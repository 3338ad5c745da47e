package model

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestAccountKey(t *testing.T) {
	tests := []struct {
		name, in, display, key string
		bad                    bool
	}{
		{name: "mobile number", in: "13800000001", display: "13800000001", key: "13800000001"},
		{name: "grouped number", in: " +86 138  0000 0001 ", display: "+86 138 0000 0001", key: "+8613800000001"},
		{name: "full width", in: "１３８００００００01", display: "１３８００００００01", key: "13800000001"},
		{name: "case", in: "Alice@Example.org", display: "Alice@Example.org", key: "alice@example.org"},
		{name: "sharp s", in: "Straße", display: "Straße", key: "strasse"},
		{name: "accent composed", in: "José", display: "José", key: "jose"},
		{name: "accent decomposed", in: "Jose\u0301", display: "José", key: "jose"},
		{name: "dotted capital i", in: "İlk", display: "İlk", key: "ilk"},
		{name: "ideographic space", in: "张\u3000三丰", display: "张 三丰", key: "张三丰"},
		{name: "hangul", in: "\u1112\u1161\u11ab국어", display: "한국어", key: "한국어"},
		{name: "64 characters", in: strings.Repeat("a", 64), display: strings.Repeat("a", 64), key: strings.Repeat("a", 64)},
		{name: "65 characters", in: strings.Repeat("a", 65), bad: true},
		{name: "too many bytes", in: strings.Repeat("张", 64), bad: true},
		{name: "two characters", in: "ab", bad: true},
		{name: "two after folding", in: "a b", bad: true},
		{name: "empty", in: "", bad: true},
		{name: "punctuation", in: "a'b\"c", bad: true},
		{name: "percent", in: "abc%", bad: true},
		{name: "emoji", in: "abc😀", bad: true},
		{name: "control", in: "abc\x00d", bad: true},
		{name: "bidi override", in: "abc\u202edef", bad: true},
		{name: "zero width space", in: "abc\u200bdef", bad: true},
		{name: "hangul filler", in: "abc\u3164", bad: true},
		{name: "lone surrogate decoded", in: "abc\ufffd", bad: true},
		{name: "bad UTF-8", in: "abc\xff", bad: true},
		{name: "marks", in: "abc" + strings.Repeat("\u0301", 10000), bad: true},
		{name: "megabyte", in: strings.Repeat("a", 1<<20), bad: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			display, key, err := AccountKey(tt.in)
			if (CodeOf(err) == Invalid) != tt.bad {
				t.Fatalf("error = %v, want bad = %v", err, tt.bad)
			}
			if display != tt.display || key != tt.key {
				t.Errorf("got %q, %q, want %q, %q", display, key, tt.display, tt.key)
			}
		})
	}
}

// A key must be its own key, or an account could be registered by its key anew.
func TestKeysAreStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.String().Draw(t, "name")
		if _, key, err := AccountKey(in); err == nil {
			if _, again, err := AccountKey(key); err != nil || again != key {
				t.Fatalf("key %q of %q became %q (%v)", key, in, again, err)
			}
		}
		key := SearchKey(in)
		if len(key) > 191 || !utf8.ValidString(key) {
			t.Fatalf("search key of %q is %q", in, key)
		}
		if again := SearchKey(key); again != key {
			t.Fatalf("search key %q became %q", key, again)
		}
	})
}

func TestSearchKeyFindsWhatLooksTheSame(t *testing.T) {
	for _, same := range [][2]string{
		{"José  Díaz", "jose diaz"}, {"ＡＢＣ", "abc"}, {"Straße", "STRASSE"}, {"ᎠᏰ", "ꭰᏸ"}, {"ΌΣΟΣ", "όσος"}, {"王  小明", "王 小明"},
	} {
		if a, b := SearchKey(same[0]), SearchKey(same[1]); a != b {
			t.Errorf("keys of %q and %q differ: %q, %q", same[0], same[1], a, b)
		}
	}
	if a, b := SearchKey("anna lee"), SearchKey("annalee"); a == b {
		t.Error("a space between words does not matter")
	}
}

func TestCleanName(t *testing.T) {
	family := "👨‍👩‍👧‍👦"
	tests := []struct {
		name, in, want string
		bad            bool
	}{
		{name: "plain", in: "Alice", want: "Alice"},
		{name: "white space", in: "  Al \t\r\n Smi ", want: "Al Smi"},
		{name: "composed", in: "Jose\u0301", want: "José"},
		{name: "emoji", in: "💩🧑‍🚀🇨🇳", want: "💩🧑‍🚀🇨🇳"},
		{name: "family counts four", in: family + family, want: family + family},
		{name: "thai", in: "ที่นี่", want: "ที่นี่"},
		{name: "hebrew", in: "שלום", want: "שלום"},
		{name: "8 characters", in: "12345678", want: "12345678"},
		{name: "9 characters", in: "123456789", bad: true},
		{name: "8 with marks", in: strings.Repeat("x\u0301", 8), want: strings.Repeat("x\u0301", 8)},
		{name: "more than the column", in: strings.Repeat("x\u0301\u0302", 8), bad: true},
		{name: "empty", in: "", bad: true},
		{name: "blank", in: " \u3000\n", bad: true},
		{name: "joiner only", in: "\u200d\u200d", bad: true},
		{name: "filler only", in: "\u3164", bad: true},
		{name: "zero", in: "a\x00b", bad: true},
		{name: "escape", in: "a\x1b[31mb", bad: true},
		{name: "override", in: "a\u202eb", bad: true},
		{name: "isolate", in: "a\u2066b", bad: true},
		{name: "direction mark", in: "a\u200fb", bad: true},
		{name: "lone surrogate decoded", in: "a\ufffdb", bad: true},
		{name: "bad UTF-8", in: "a\xff", bad: true},
		{name: "four marks", in: "x\u0301\u0302\u0303\u0304", bad: true},
		{name: "10,000 marks", in: "x" + strings.Repeat("\u0301", 10000), bad: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := CleanName("nickname", tt.in, 8)
			if (CodeOf(err) == Invalid) != tt.bad {
				t.Fatalf("error = %v, want bad = %v", err, tt.bad)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCleanTextMayBeEmpty(t *testing.T) {
	if got, err := CleanText("memo", "  ", 8); got != "" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestCleanPicture(t *testing.T) {
	good := []string{"", "/mnt/ab12.png", "/asset/images/a.svg"}
	bad := []string{
		"javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "http://example.org/a.png", "//evil.org/a.png",
		"/user/logout", "/mnt/../user/logout", "/mnt/%2e%2e/user/logout", "mnt/a.png", "https://", "https:///a.png", "https://example.org/a.png",
		"https://user:pwd@example.org/", "/mnt/a.png\" onerror=\"x", "/mnt/a b.png", "/mnt/a\x00.png", "/mnt\\a.png",
		"/mnt/" + strings.Repeat("a", 600),
	}
	for _, s := range good {
		if got, err := CleanPicture("avatar", s); got != s || err != nil {
			t.Errorf("%q: got %q, %v", s, got, err)
		}
	}
	for _, s := range bad {
		if _, err := CleanPicture("avatar", s); CodeOf(err) != Invalid {
			t.Errorf("%q was accepted", s)
		}
	}
}
