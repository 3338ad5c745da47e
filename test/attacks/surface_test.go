package attacks

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
)

// hiddenAddresses asks for what must not be there, and looks at the headers of
// all that is (S39, S40).
func hiddenAddresses(t *testing.T, w *world) {
	p := w.person(t)
	for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/vars", "/metrics", "/.git/config", "/.git/HEAD", "/.env", "/config.yaml", "/common/config.yaml",
		"/ginchat.db", "/mnt/ginchat.db", "/mnt/", "/mnt", "/asset/", "/asset/css/", "/asset/js/", "/asset/../main.go", "/asset/%2e%2e/main.go", "/asset/..%2fmain.go", "/asset/..\\main.go",
		"/asset/x/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/server-status", "/actuator", "/swagger/index.html", "/admin", "/chat/", "/user/", "/index.html~", "/asset/%00", "//evil.example/%2f.."} {
		a := p.get(t, path)
		if a.Status != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404: %.200s", path, a.Status, a.Body)
		}
		checkHeaders(t, path, a.Header)
	}
	for _, method := range []string{"TRACE", "TRACK", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND", "CONNECT"} {
		for _, path := range []string{"/", "/ping", "/user/login", "/chat", "/chat/history", "/asset/x"} {
			a := p.call(t, method, path, "")
			if a.Status != http.StatusMethodNotAllowed && a.Status != http.StatusNotFound || strings.Contains(a.Body, p.Token) {
				t.Errorf("%s %s: %d %s", method, path, a.Status, a.Body)
			}
		}
	}
	for _, path := range []string{"/", "/ping", "/healthz", "/readyz", "/v1/version", "/user/login.shtml", "/user/register.shtml", "/chat/index.shtml", "/contact/index.shtml",
		"/contact/community.shtml", "/user/settings.shtml", "/chat/conversations", "/chat/history", "/chat", "/user/login", "/nowhere"} {
		for _, who := range []*person{p, w.stranger()} {
			a := who.visit(t, path)
			checkHeaders(t, path, a.Header)
			for _, telling := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin", "Strict-Transport-Security"} {
				if value := a.Header.Get(telling); value != "" {
					t.Errorf("%s has the header %s: %s", path, telling, value)
				}
			}
		}
	}
	for _, path := range []string{"/user/logins", "/chat/conversations", "/chat/index.shtml", "/user/settings.shtml"} {
		if a := p.visit(t, path); !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
			t.Errorf("%s may be cached: %q", path, a.Header.Get("Cache-Control"))
		}
	}
}

// visit returns whatever is at path.
func (p *person) visit(t *testing.T, path string) answer {
	t.Helper()
	r := p.w.request(t, "GET", path, "")
	r.Header.Set("Accept", "text/html")
	if p.Token != "" {
		r.Header.Set("Cookie", "ginchat="+p.Token)
	}
	return p.w.do(t, p, r)
}

func checkHeaders(t *testing.T, path string, h http.Header) {
	t.Helper()
	policy := h.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("%s: the policy lacks %s: %q", path, part, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || strings.Contains(policy, "http") {
		t.Errorf("%s: the policy is open: %q", path, policy)
	}
	if h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: no nosniff", path)
	}
	if referrer := h.Get("Referrer-Policy"); referrer != "same-origin" && referrer != "no-referrer" && referrer != "strict-origin" {
		t.Errorf("%s: Referrer-Policy %q", path, referrer)
	}
}

// TestInternalErrors makes the database fail and looks at what is told of it (S39).
func TestInternalErrors(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, w *world) {
		p, q := w.person(t), w.person(t)
		w.open(t).exec(t, "DROP TABLE join_requests")
		id := int64(1)
		said := secretBody()
		p.say(t, 10, p.ID, said).want(t, http.StatusOK)
		w.open(t).exec(t, "ALTER TABLE contacts RENAME TO gone")
		for _, a := range []answer{
			p.post(t, "/contact/createcommunity", "name", "x"), p.post(t, "/contact/addfriend", "dstid", q.ID), p.post(t, "/contact/search", "kword", "nick"),
			p.post(t, "/contact/joincommunity", "dstid", id), p.post(t, "/contact/loadfriend"), p.visit(t, "/contact/index.shtml"), p.visit(t, "/contact/community.shtml"), p.say(t, 10, q.ID, said),
		} {
			if a.Status == http.StatusOK {
				continue // did not need what is gone
			}
			if a.Status != http.StatusInternalServerError {
				t.Errorf("%s: status %d", a.what, a.Status)
			}
			for _, telling := range []string{"join_requests", "contacts", "SQL", "sql", "SELECT", "table", "Table", "goroutine", ".go:", "gorm", "Error 1", said} {
				text := strings.ReplaceAll(a.Body, "/contact", "") // the pages' own links
				if strings.Contains(text, telling) && !strings.Contains(a.Header.Get("Content-Type"), "html") {
					t.Errorf("%s tells %q: %s", a.what, telling, a.Body)
				}
			}
		}
		if log := w.server.Log(); strings.Contains(log, said) {
			t.Error("the log tells a message")
		}
	})
}

// logLines writes what could forge lines of the log or give orders to a terminal
// that shows it (S38).
func logLines(t *testing.T, w *world) {
	p := w.person(t)
	mark := nonce()
	evil := mark + "\r\n{\"level\":\"error\",\"msg\":\"forged\"}\x1b[31mred\x07\u2028\u0085\u202e"
	for _, path := range []string{"/" + form("", evil).Encode()[1:], "/user/find?" + form("mobile", evil).Encode(), "/asset/" + form("", evil).Encode()[1:]} {
		p.get(t, path)
	}
	p.post(t, "/user/update", "nickname", evil)
	p.post(t, "/user/register", "mobile", evil, "passwd", newPasswd())
	p.post(t, "/contact/search", "kword", evil)
	p.say(t, 10, p.ID, mark+"\x1b[31m\r\n")
	for _, agent := range []string{"a\x1b[2Jb" + mark, "a\tb\u202e" + mark, "\x7f" + mark, strings.Repeat("u", 20_000) + mark} {
		rawRequest(t, w, "POST /user/login HTTP/1.1\r\nHost: x\r\nUser-Agent: "+agent+"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n")
		rawRequest(t, w, "GET /"+mark+" HTTP/1.1\r\nHost: x\r\nUser-Agent: "+agent+"\r\nX-Forwarded-For: 1.2.3.4\x1b[31m"+mark+"\r\n\r\n")
	}
	for _, first := range []string{"GET /\x1b[31m" + mark + " HTTP/1.1", "GET /%0d%0a" + mark + "%1b[31m HTTP/1.1", "G\x1bT / HTTP/1.1", "GET / HTTP/9.9"} {
		rawRequest(t, w, first+"\r\nHost: x\r\n\r\n")
	}
	named := &person{w: w, Mobile: p.Mobile, Passwd: p.Passwd}
	rawRequest(t, w, fmt.Sprintf("POST /user/login HTTP/1.1\r\nHost: x\r\nUser-Agent: dev\x1b[31m\u202eice%s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		mark, len(form("mobile", named.Mobile, "passwd", named.Passwd).Encode()), form("mobile", named.Mobile, "passwd", named.Passwd).Encode()))
	for _, r := range p.get(t, "/user/logins").want(t, http.StatusOK).Body {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			t.Errorf("a device is called with %q", r)
		}
	}
	time.Sleep(50 * time.Millisecond) // a request is logged after it is answered
	lines, found := strings.Split(strings.TrimRight(w.server.Log(), "\n"), "\n"), 0
	for _, line := range lines {
		if strings.Contains(line, mark) {
			found++
		}
		if !strings.HasPrefix(line, "{") && !strings.HasPrefix(line, "GinChat ") || strings.HasPrefix(line, `{"level":"error","msg":"forged"}`) {
			t.Errorf("a line that is no entry: %q", line)
		}
		for _, r := range line {
			if unicode.IsControl(r) || r == '\u2028' || unicode.Is(unicode.Bidi_Control, r) {
				t.Errorf("%U in the log: %q", r, line)
				break
			}
		}
	}
	if found < 3 {
		t.Errorf("%d lines tell of it: the search looked at the wrong log", found)
	}
}

// rawRequest writes bytes as they are and waits for any answer.
func rawRequest(t *testing.T, w *world, request string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	if answer, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil {
		text, _ := io.ReadAll(answer.Body) // cut off or not, there was an answer
		w.seen.heard(w.stranger(), "POST /user/login", "", string(text))
	}
}
