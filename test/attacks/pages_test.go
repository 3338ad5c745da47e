package attacks

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// payloads are what browsers or templates would run if it reached them as it is.
var payloads = []string{
	`<script>alert(1)</script>`, `</script><script>alert(1)`, `<img src=x onerror=alert(1)>`, `"><svg onload=alert(1)>`, `' onmouseover='alert(1)`,
	`{{.}}`, `{{.Passwd}}`, `{{template "page" .}}`, `<!--`, `]]>`, "`${alert(1)}`", `</title><pwned>`, `</textarea><pwned>`, `&lt;pwned&gt;`, `javascript:alert(1)`,
	`<iframe srcdoc=x>`, `<base href=//evil>`, `</template><pwned>`, `</bdi></p><pwned>`,
}

// scripts puts payloads wherever people can write and looks at the pages that
// show them: each must come out as the text it is (S31, S32).
func scripts(t *testing.T, w *world) {
	alice, bob := w.person(t), w.person(t)
	alice.befriend(t, bob)
	for i, payload := range payloads {
		short := payload
		if len(short) > 32 {
			t.Fatalf("%q is too long for a name", payload)
		}
		bob.post(t, "/user/update", "nickname", short, "memo", payload).want(t, http.StatusOK)
		alice.post(t, "/contact/remark", "dstid", bob.ID, "memo", payload).want(t, http.StatusOK)
		id := bob.found(t, "name", short, "memo", payload)
		alice.post(t, "/contact/joincommunity", "dstid", id).want(t, http.StatusOK)
		for _, more := range [][]any{{}, {"media", 2, "url", payload, "pic", payload, "memo", payload}, {"media", 4, "url", payload, "pic", payload},
			{"media", 7, "url", payload}, {"media", 9, "url", payload}, {"media", 10, "url", payload, "memo", payload}} {
			bob.say(t, 11, id, payload, more...).want(t, http.StatusOK)
		}
		bob.say(t, 10, alice.ID, payload).want(t, http.StatusOK)
		pages := []string{"/chat/index.shtml?" + form("cmd", 11, "dstid", id).Encode(), "/contact/index.shtml?" + form("id", bob.ID, "kword", payload).Encode(),
			"/contact/community.shtml?" + form("dstid", id, "kword", payload).Encode()}
		if i%6 == 0 { // the same parts, put together in another way
			pages = append(pages, "/chat/index.shtml?"+form("cmd", 10, "dstid", bob.ID).Encode(), "/chat/index.shtml", "/contact/index.shtml",
				"/user/login.shtml?"+form("next", payload, "lang", payload).Encode(), "/nowhere/"+url.PathEscape(payload))
		}
		for _, page := range pages {
			inert(t, alice.visit(t, page), payload)
		}
		own := bob.visit(t, "/user/settings.shtml")
		inert(t, own, payload)
		shown(t, own, payload)
		inert(t, bob.visit(t, "/contact/community.shtml?"+form("dstid", id).Encode()), payload)
		shown(t, alice.visit(t, pages[0]), payload)
	}
	t.Run("pictures", func(t *testing.T) {
		for _, address := range []string{"javascript:alert(1)", "data:text/html,<b>", "//evil.example/a.png", "http://evil.example/a.png", `/mnt/a" onerror="x`, "/user/logout", "vbscript:x", " javascript:x", "/mnt/../user/logout"} {
			alice.post(t, "/user/update", "avatar", address).refused(t, http.StatusBadRequest, "invalid")
			alice.post(t, "/contact/createcommunity", "name", "x", "icon", address).refused(t, http.StatusBadRequest, "invalid")
		}
	})
	t.Run("where signing in leads", func(t *testing.T) {
		for _, next := range []string{"//evil.example", "https://evil.example/", `/\evil.example`, "javascript:alert(1)", "/\t/evil.example", "\\\\evil.example"} {
			a := w.stranger().post(t, "/user/login.shtml", "mobile", alice.Mobile, "passwd", alice.Passwd, "next", next).want(t, http.StatusSeeOther)
			if to := a.Header.Get("Location"); !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, "evil") {
				t.Errorf("next=%q leads to %q", next, to)
			}
			for _, c := range a.cookies {
				w.seen.tokens.add(c.Value)
			}
		}
	})
}

// inert fails if anything on the page could run, be loaded from elsewhere, or
// came out of a payload as an element.
func inert(t *testing.T, a answer, payload string) {
	t.Helper()
	if kind := a.Header.Get("Content-Type"); a.Body != "" && !strings.HasPrefix(kind, "text/html") {
		t.Errorf("%s is %q", a.what, kind)
	}
	tokens := html.NewTokenizer(strings.NewReader(a.Body))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return
		case html.CommentToken:
			t.Errorf("%s with %q has a comment: %s", a.what, payload, tokens.Token())
		case html.StartTagToken, html.SelfClosingTagToken:
			if element := tokens.Token(); dangerous(element) {
				t.Errorf("%s with %q has %s", a.what, payload, element)
			}
		}
	}
}

func dangerous(element html.Token) bool {
	attributes := map[string]string{}
	for _, attribute := range element.Attr {
		attributes[attribute.Key] = attribute.Val
		switch attribute.Key {
		case "href", "src", "action", "formaction", "poster", "data", "xlink:href":
			if !address.MatchString(attribute.Val) {
				return true
			}
		case "style", "srcdoc", "http-equiv", "ping", "background":
			return true
		}
		if strings.HasPrefix(attribute.Key, "on") {
			return true
		}
	}
	switch element.Data {
	case "iframe", "base", "style", "object", "embed", "pwned":
		return true
	case "script": // of data, or a file of ours
		return attributes["type"] != "application/json" && !strings.HasPrefix(attributes["src"], "/asset/")
	}
	return false
}

// address is what a page may point to: this server, or a site one may follow.
var address = regexp.MustCompile(`^(/[^/\\]|/$|#|\?|https?://[^/]|$)`)

// shown fails unless the page has the payload as text.
func shown(t *testing.T, a answer, payload string) {
	t.Helper()
	if !strings.Contains(html.UnescapeString(a.Body), payload) {
		t.Errorf("%s does not show %q", a.what, payload)
	}
}

// injections puts what means something to SQL into every parameter.
func injections(t *testing.T, w *world) {
	alice, bob := w.person(t), w.person(t)
	alice.befriend(t, bob)
	id := alice.found(t, "name", "plain community")
	texts := []string{`'`, `"`, "`", `\`, `' OR '1'='1`, `'; DROP TABLE users; --`, `") OR 1=1 --`, `\' OR 1=1 #`, `%`, `_`, `%%%`, `?`, `:name`, `@@version`, `$1`, `/*`, "x'||'y", `{"a":1}`, "\u02bc OR 1=1", "0x31", "1e309"}
	names := []string{"mobile", "passwd", "nickname", "avatar", "sex", "memo", "settings", "old", "new", "id", "dstid", "memberid", "role", "until", "accept", "kword",
		"name", "icon", "cate", "join_policy", "history_policy", "cmd", "msgid", "media", "content", "url", "pic", "amount", "reply", "crc", "before", "after", "limit", "seq", "muted"}
	whole := func() string {
		return w.open(t).text(t, "SELECT COUNT(*) FROM users") + " " + w.open(t).text(t, "SELECT COUNT(*) FROM contacts")
	}
	before := whole()
	for _, text := range texts {
		for _, r := range append(routes[:len(routes)-1:len(routes)-1], struct {
			method, path string
			reads        bool
		}{"POST", "/user/login", false}) {
			if r.path == "/contact/createcommunity" || r.path == "/user/update" {
				continue // accept most of these as the text they are, see below
			}
			params := []any{}
			for _, name := range names {
				params = append(params, name, text)
			}
			query := form(params...).Encode()
			path, body := r.path, query
			if r.method == http.MethodGet {
				path, body = r.path+"?"+query, ""
			}
			if a := alice.call(t, r.method, path, body); a.Status >= 500 {
				t.Errorf("%s with %q: %d %s", a.what, text, a.Status, a.Body)
			}
		}
	}
	if after := whole(); after != before {
		t.Errorf("users and contacts: %s before, %s after", before, after)
	}
	for _, text := range texts {
		bob.post(t, "/user/update", "nickname", text, "memo", text).want(t, http.StatusOK)
		var got string
		alice.post(t, "/user/find", "id", bob.ID).want(t, http.StatusOK).data(t, &got, "nickname")
		if got != text {
			t.Errorf("nickname %q came back as %q", text, got)
		}
		alice.say(t, 11, id, text, "memo", text).want(t, http.StatusOK)
		rows := alice.history(t, 11, id)
		if last := rows[len(rows)-1]; last.Content != text || last.Memo != text {
			t.Errorf("%q came back as %q, %q", text, last.Content, last.Memo)
		}
	}
	t.Run("wildcards", func(t *testing.T) {
		odd, plain := w.person(t), w.person(t)
		odd.post(t, "/user/update", "nickname", "100%_sure").want(t, http.StatusOK)
		plain.post(t, "/user/update", "nickname", "100 not sure").want(t, http.StatusOK)
		for kword, found := range map[string]bool{"100%": true, "100%_": true, "100%_sure": true, "%sure": false, "100_": false, "%": false, "_00": false, `100\%`: false, "1__": false} {
			var users []struct{ ID int64 }
			alice.post(t, "/contact/search", "kword", kword).want(t, http.StatusOK).data(t, &users, "users")
			hasOdd, hasPlain := false, false
			for _, u := range users {
				hasOdd, hasPlain = hasOdd || u.ID == odd.ID, hasPlain || u.ID == plain.ID
			}
			if hasOdd != found || hasPlain {
				t.Errorf("%q finds %v", kword, users)
			}
		}
		for _, mobile := range []string{"139%", "139________", alice.Mobile[:10] + "_", "' OR mobile_key LIKE '139%"} {
			if a := alice.post(t, "/user/find", "mobile", mobile); a.Status != http.StatusNotFound && a.Status != http.StatusBadRequest {
				t.Errorf("find %q: %s", mobile, a.Body)
			}
		}
	})
}
