package attacks

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// foreignSockets opens sockets from pages of other sites.
func foreignSockets(t *testing.T, w *world) {
	alice := w.person(t)
	site, err := url.Parse(w.base)
	if err != nil {
		t.Fatal(err)
	}
	cookie := func(origin string) http.Header {
		h := http.Header{"Cookie": {"ginchat=" + alice.Token}}
		if origin != "" {
			h.Set("Origin", origin)
		}
		return h
	}
	bearer := func(origin string) http.Header {
		h := http.Header{"Authorization": {"Bearer " + alice.Token}}
		if origin != "" {
			h.Set("Origin", origin)
		}
		return h
	}
	tests := []struct {
		name   string
		header http.Header
		status int
	}{
		{"own page", cookie(w.base), 101},
		{"no origin", cookie(""), 403},
		{"evil", cookie("http://evil.example"), 403},
		{"subdomain", cookie("http://sub." + site.Host), 403},
		{"name as a prefix", cookie(w.base + ".evil.example"), 403},
		{"name as a user", cookie("http://" + site.Host + "@evil.example"), 403},
		{"null", cookie("null"), 403},
		{"other port", cookie("http://" + site.Hostname() + ":1"), 403},
		{"no port", cookie("http://" + site.Hostname()), 403},
		{"other scheme", cookie("https://" + site.Host), 403},
		{"no scheme", cookie(site.Host), 403},
		{"file", cookie("file://"), 403},
		{"other name of this machine", cookie("http://localhost:" + site.Port()), 403},
		{"two origins", http.Header{"Cookie": {"ginchat=" + alice.Token}, "Origin": {"http://evil.example", w.base}}, 403},
		{"program", bearer(""), 101},
		{"program with own origin", bearer(w.base), 101},
		{"program with foreign origin", bearer("http://evil.example"), 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, response, err := w.upgrade(alice, "", tt.header)
			if err != nil {
				t.Fatal(err)
			}
			if s != nil {
				defer s.conn.Close()
			}
			if response.StatusCode != tt.status {
				t.Errorf("status %d, want %d", response.StatusCode, tt.status)
			}
		})
	}
}

// foreignForms has a signed-in browser send what other sites' pages want.
func foreignForms(t *testing.T, w *world) {
	victim, mallory := w.person(t), w.person(t)
	browser := victim.browser(t)
	community := mallory.found(t)
	bodies := map[string]func(url.Values) (string, string){
		"form":  func(v url.Values) (string, string) { return "application/x-www-form-urlencoded", v.Encode() },
		"plain": func(v url.Values) (string, string) { return "text/plain", v.Encode() },
		"JSON":  func(v url.Values) (string, string) { return "application/json", `{"dstid":1}` },
		"parts": multiparts,
	}
	origins := map[string]http.Header{
		"evil":       {"Origin": {"http://evil.example"}},
		"null":       {"Origin": {"null"}},
		"cross-site": {"Sec-Fetch-Site": {"cross-site"}},
		"same-site":  {"Sec-Fetch-Site": {"same-site"}, "Origin": {"http://sub.evil.example"}},
		"subdomain":  {"Origin": {strings.Replace(w.base, "://", "://sub.", 1)}},
	}
	values := form("dstid", community, "name", "forged", "nickname", "forged", "cmd", 11, "content", "forged", "action", "profile", "passwd", newPasswd())
	send := func(t *testing.T, method, path, media, body string, header http.Header) answer {
		t.Helper()
		r := w.request(t, method, path, body)
		r.Header = header.Clone()
		if media != "" {
			r.Header.Set("Content-Type", media)
		}
		return w.doWith(t, browser, victim, r)
	}
	paths := []string{"/user/login", "/user/register", "/user/login.shtml", "/user/register.shtml", "/user/settings.shtml", "/chat/index.shtml",
		"/contact/index.shtml", "/contact/community.shtml"}
	for _, r := range routes {
		if r.method == http.MethodPost {
			paths = append(paths, r.path)
		}
	}
	for name, origin := range origins {
		t.Run(name, func(t *testing.T) {
			for _, path := range paths {
				for kind, encode := range bodies {
					media, body := encode(values)
					if a := send(t, http.MethodPost, path, media, body, origin); a.Status != http.StatusForbidden {
						t.Errorf("%s as %s: status %d, want 403", path, kind, a.Status)
					}
				}
			}
		})
	}
	t.Run("signing the victim in as somebody else", func(t *testing.T) {
		own := mallory.device(t)
		credentials := form("mobile", mallory.Mobile, "passwd", mallory.Passwd).Encode()
		for _, path := range []string{"/user/login", "/user/login.shtml"} {
			a := send(t, http.MethodPost, path+"?token="+own.Token, "application/x-www-form-urlencoded", credentials, origins["evil"])
			if a.want(t, http.StatusForbidden); len(a.cookies) > 0 {
				t.Errorf("%s set a cookie for a foreign page", path)
			}
		}
	})
	t.Run("GET", func(t *testing.T) {
		for _, r := range routes {
			if r.method == http.MethodPost {
				send(t, http.MethodGet, r.path+"?"+values.Encode(), "", "", http.Header{}).want(t, http.StatusMethodNotAllowed)
			}
		}
		for _, page := range []string{"/user/settings.shtml", "/contact/community.shtml", "/chat/index.shtml"} {
			send(t, http.MethodGet, page+"?"+values.Encode(), "", "", http.Header{})
		}
	})
	t.Run("own pages", func(t *testing.T) {
		home := http.Header{"Origin": {w.base}, "Sec-Fetch-Site": {"same-origin"}}
		media, body := multiparts(form("memo", "mine"))
		send(t, http.MethodPost, "/user/update", media, body, home).want(t, http.StatusOK)
		send(t, http.MethodPost, "/user/update", "text/plain", "memo=plain", home).refused(t, http.StatusBadRequest, "invalid")
	})
	var nickname string
	victim.post(t, "/user/update").want(t, http.StatusOK).data(t, &nickname, "nickname")
	if nickname != victim.Nickname {
		t.Errorf("the victim is called %q", nickname)
	}
	if list := victim.post(t, "/contact/loadcommunity").want(t, http.StatusOK); list.envelope.Total != 0 {
		t.Errorf("the victim is in communities: %s", list.Body)
	}
}

func multiparts(values url.Values) (media, body string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name := range values {
		_ = w.WriteField(name, values.Get(name)) // to memory: cannot fail
	}
	_ = w.Close()
	return w.FormDataContentType(), b.String()
}
