package attacks

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// lookalikes registers accounts that are one to the eye, and names that fake or
// break what is around them (S41).
func lookalikes(t *testing.T, w *world) {
	t.Run("one account", func(t *testing.T) {
		tail := strings.ToLower(nonce())
		base := "café" + tail
		w.stranger().post(t, "/user/register", "mobile", base, "passwd", newPasswd()).want(t, http.StatusOK)
		for name, twin := range map[string]string{
			"case": strings.ToUpper(base), "width": wide(base), "no accent": "cafe" + tail, "decomposed": "cafe\u0301" + tail, "trailing space": base + " ",
			"leading space": "\u3000" + base, "space within": "ca fé" + tail, "no-break space": "ca\u00a0fé" + tail, "other accents": "cäfè" + tail, "ligature": "caﬀé"[:2] + "fé" + tail,
			"Kelvin and long s folded": strings.ReplaceAll(strings.ReplaceAll(base, "k", "\u212a"), "s", "\u017f"),
		} {
			if a := w.stranger().post(t, "/user/register", "mobile", twin, "passwd", newPasswd()); a.Status != http.StatusConflict {
				t.Errorf("%s: %q beside %q: status %d %s", name, twin, base, a.Status, a.Body)
			}
		}
	})
	t.Run("sign in however written", func(t *testing.T) {
		p := &person{w: w, Mobile: "Zoë" + nonce(), Passwd: newPasswd()}
		w.stranger().post(t, "/user/register", "mobile", p.Mobile, "passwd", p.Passwd).want(t, http.StatusOK)
		for _, written := range []string{p.Mobile, strings.ToLower(p.Mobile), wide(p.Mobile), " " + strings.Replace(p.Mobile, "ë", "e", 1) + " "} {
			var token string
			w.stranger().post(t, "/user/login", "mobile", written, "passwd", p.Passwd).want(t, http.StatusOK).data(t, &token, "token")
			w.seen.tokens.add(token)
		}
	})
	t.Run("mobiles refused", func(t *testing.T) {
		for _, mobile := range []string{"", "ab", strings.Repeat("x", 65), "a\x00bcd", "abc\u202edef", "abc\u200bdef", "abc\u00addef", "abc\ufeffdef", "a<b>cd", "a'b'cd", "abc\r\ndef\x1b[31m",
			"😀😀😀😀", strings.Repeat("e\u0301", 5000) + "\u0308", "a/b/c", "\u2800\u2800\u2800\u2800"} {
			w.stranger().post(t, "/user/register", "mobile", mobile, "passwd", newPasswd()).refused(t, http.StatusBadRequest, "invalid")
		}
	})
	p := w.person(t)
	id := p.found(t)
	t.Run("names", func(t *testing.T) {
		tests := []struct {
			name, in string
			want     string // "" is refused
		}{
			{"emoji", "👩‍👩‍👧‍👦 𝒜😀", "👩‍👩‍👧‍👦 𝒜😀"}, {"flag", "🇨🇳🇫🇷", "🇨🇳🇫🇷"}, {"rare Chinese", "𠮷野家", "𠮷野家"}, {"spaces", "  a \t b  ", "a b"}, {"decomposed", "e\u0301", "é"},
			{"Arabic", "مرحبا", "مرحبا"}, {"32", strings.Repeat("字", 32), strings.Repeat("字", 32)},
			{"33", strings.Repeat("字", 33), ""}, {"right-to-left override", "abc\u202etxt.exe", ""}, {"isolate", "\u2066abc", ""}, {"right-to-left mark", "\u200fabc", ""},
			{"10,000 marks", "a" + strings.Repeat("\u0301", 10_000), ""}, {"20 marks", "a" + strings.Repeat("\u0301", 20), ""}, {"NUL", "a\x00b", ""}, {"line break within", "a\x1bb", ""},
			{"replacement", "a\ufffdb", ""}, {"only invisible", "\u200b\u200d", ""}, {"only space", "\u3000 ", ""}, {"invisible crowd", "a" + strings.Repeat("\u200b", 100), ""}, {"next line", "a\u0085\u200eb", ""},
		}
		for _, tt := range tests {
			for _, place := range []struct{ path, field string }{{"/user/update", "nickname"}, {"/contact/updatecommunity", "name"}} {
				a := p.post(t, place.path, "dstid", id, place.field, tt.in)
				if tt.want == "" {
					a.refused(t, http.StatusBadRequest, "invalid")
					continue
				}
				var got string
				a.want(t, http.StatusOK).data(t, &got, place.field)
				if got != tt.want {
					t.Errorf("%s: %q became %q, want %q", tt.name, tt.in, got, tt.want)
				}
			}
		}
	})
	t.Run("JSON", func(t *testing.T) {
		for _, escaped := range []string{`\ud800`, `a\udc00b`, `\u0000`, `\u202e`} {
			r := w.request(t, "POST", "/user/update", `{"nickname":"x`+escaped+`y"}`)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+p.Token)
			w.do(t, p, r).refused(t, http.StatusBadRequest, "invalid")
		}
		p.call(t, "POST", "/user/update", "nickname=%ff%fe").refused(t, http.StatusBadRequest, "invalid")
		p.call(t, "POST", "/user/update", "nickname=%ed%a0%80").refused(t, http.StatusBadRequest, "invalid")
	})
	t.Run("messages", func(t *testing.T) {
		s := p.device(t).dial(t)
		for _, said := range []string{"👩‍👩‍👧‍👦😀𠮷\U0001f9d1\U0001f3fd", "a\u202eb", "e\u0301 é", "Z\u0351\u036b\u0343" + strings.Repeat("\u0301", 2000), "  kept  ", "a\r\nb\tc", "x\u2028\u0085y"} {
			p.say(t, 11, id, said).want(t, http.StatusOK)
			s.await(t, fmt.Sprintf("%q", said), func(m message) bool { return m.Content == said })
			rows := p.history(t, 11, id)
			if last := rows[len(rows)-1]; last.Content != said {
				t.Errorf("%q came back as %q", said, last.Content)
			}
		}
		p.say(t, 11, id, "a\x00b").refused(t, http.StatusBadRequest, "invalid")
		p.call(t, "POST", "/chat/send", form("cmd", 11, "dstid", id).Encode()+"&content=%ff").refused(t, http.StatusBadRequest, "invalid")
		page := p.visit(t, "/chat/index.shtml?"+form("cmd", 11, "dstid", id).Encode()).Body
		at := strings.Index(page, "a\u202eb")
		if at < 0 {
			t.Fatal("the page does not show the message")
		}
		bubble := page[strings.LastIndex(page[:at], "<article"):at]
		if !strings.Contains(bubble, `dir="auto"`) && !strings.Contains(bubble[strings.LastIndex(bubble, "<"):], "<bdi") {
			t.Errorf("the direction of a text is not kept within it: %s", bubble)
		}
	})
}

// wide returns s in full-width letters.
func wide(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r + 0xfee0
		}
		return r
	}, s)
}
