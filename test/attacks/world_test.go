// Package attacks plays the people who mean harm: what they try over HTTP and
// WebSocket against the real server must be refused, and leave no trace.
package attacks

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ginchat/test/harness"
	"ginchat/test/services"
)

// world is one server with everybody who uses it, and what they saw.
type world struct {
	server *harness.Server
	base   string
	mysql  bool // the database is MariaDB, not SQLite
	seen   *transcript
	// open connects to the server's database, behind its back.
	open func(t *testing.T) *database
	// client keeps no cookies and follows no redirects.
	client *http.Client
}

// newWorld starts a server on SQLite that logs as much as it can.
func newWorld(t *testing.T, options ...harness.Option) *world {
	t.Helper()
	loud := harness.Flags("--log.level=debug", "--mysql.show_sql=true", "--server.debug=true", "--limits.communities_owned=0")
	server := harness.Start(t, append([]harness.Option{loud}, options...)...)
	w := at(server.URL(""))
	w.server = server
	w.open = func(t *testing.T) *database { return openSQLite(t, server.DataFolder()) }
	return w
}

// at returns the world of a server that answers at base.
func at(base string) *world {
	return &world{base: base, seen: newTranscript(), client: &http.Client{
		Timeout:       30 * time.Second,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// engines runs f in a world of each kind of database.
func engines(t *testing.T, f func(t *testing.T, w *world)) {
	t.Run("sqlite", func(t *testing.T) { f(t, newWorld(t)) })
	t.Run("mariadb", func(t *testing.T) {
		cfg := services.MariaDB(t)
		w := newWorld(t, harness.MySQL(cfg))
		w.mysql = true
		w.open = func(t *testing.T) *database { return openMariaDB(t, cfg) }
		f(t, w)
	})
}

// nonce returns text that is nowhere else.
func nonce() string { return rand.Text()[:12] }

// secretBody and newPasswd return what the server must keep to whom it was
// said; the transcript and the log are searched for their beginnings.
func secretBody() string { return "said-" + nonce() }
func newPasswd() string  { return "pw-" + nonce() }

// person is a user of the server.
type person struct {
	w                               *world
	ID                              int64
	Mobile, Passwd, Nickname, Token string
}

// stranger has no account.
func (w *world) stranger() *person { return &person{w: w} }

var people atomic.Int64

// person registers somebody and signs them in.
func (w *world) person(t *testing.T) *person {
	t.Helper()
	p := &person{w: w, Mobile: fmt.Sprintf("139%08d", 10_000_000+people.Add(1)), Passwd: newPasswd(), Nickname: "nick" + nonce()}
	w.seen.mobiles.Store(p.Mobile, p)
	w.stranger().post(t, "/user/register", "mobile", p.Mobile, "passwd", p.Passwd, "nickname", p.Nickname).want(t, http.StatusOK).data(t, &p.ID, "id")
	p.login(t)
	return p
}

// login signs p in once more and keeps the new token.
func (p *person) login(t *testing.T) {
	t.Helper()
	p.Token = ""
	p.post(t, "/user/login", "mobile", p.Mobile, "passwd", p.Passwd).want(t, http.StatusOK).data(t, &p.Token, "token")
	p.w.seen.tokens.add(p.Token)
}

// device returns p on another device.
func (p *person) device(t *testing.T) *person {
	t.Helper()
	other := *p
	other.login(t)
	return &other
}

// befriend makes p and q friends.
func (p *person) befriend(t *testing.T, q *person) {
	t.Helper()
	p.post(t, "/contact/addfriend", "dstid", q.ID).want(t, http.StatusOK)
}

// found makes a community that p owns.
func (p *person) found(t *testing.T, more ...any) (id int64) {
	t.Helper()
	p.post(t, "/contact/createcommunity", append([]any{"name", "com" + nonce()}, more...)...).want(t, http.StatusOK).data(t, &id, "id")
	return id
}

// say sends text to a conversation.
func (p *person) say(t *testing.T, cmd int, dstid int64, text string, more ...any) answer {
	t.Helper()
	return p.post(t, "/chat/send", append([]any{"cmd", cmd, "dstid", dstid, "content", text}, more...)...)
}

// history returns the newest entries of a conversation.
func (p *person) history(t *testing.T, cmd int, dstid int64) []message {
	t.Helper()
	var rows []message
	p.get(t, "/chat/history", "cmd", cmd, "dstid", dstid).want(t, http.StatusOK).rows(t, &rows)
	return rows
}

// message is a delivered frame, or a row of history.
type message struct {
	Cmd, Media, Kind              int
	MsgID                         string
	UserID, DstID, Seq, Time      int64
	Op, Content, URL, Pic, Memo   string
	MemberID, Target, Amount, CRC int64
	Error, Msg                    string
	Retry                         bool
	N                             int64
	Done                          bool
	Heads                         []struct{ Kind, DstID, Seq int64 }
}

// post sends a form as p; names and values take turns.
func (p *person) post(t *testing.T, path string, params ...any) answer {
	t.Helper()
	return p.call(t, http.MethodPost, path, form(params...).Encode())
}

// get asks as p.
func (p *person) get(t *testing.T, path string, params ...any) answer {
	t.Helper()
	if len(params) > 0 {
		path += "?" + form(params...).Encode()
	}
	return p.call(t, http.MethodGet, path, "")
}

func form(params ...any) url.Values {
	values := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		values.Set(fmt.Sprint(params[i]), fmt.Sprint(params[i+1]))
	}
	return values
}

func (p *person) call(t *testing.T, method, path, body string) answer {
	t.Helper()
	r := p.w.request(t, method, path, body)
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if p.Token != "" {
		r.Header.Set("Authorization", "Bearer "+p.Token)
	}
	return p.w.do(t, p, r)
}

func (w *world) request(t *testing.T, method, path, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, w.base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// browser is a person's browser: it keeps cookies and sends them to whatever
// page made it ask.
func (p *person) browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := *p.w.client
	client.Jar = jar
	answer, err := client.PostForm(p.w.base+"/user/login", form("mobile", p.Mobile, "passwd", p.Passwd))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	for _, c := range answer.Cookies() {
		p.w.seen.tokens.add(c.Value)
	}
	return &client
}

// do sends r as p and keeps what comes back.
func (w *world) do(t *testing.T, p *person, r *http.Request) answer {
	t.Helper()
	return w.doWith(t, w.client, p, r)
}

func (w *world) doWith(t *testing.T, client *http.Client, p *person, r *http.Request) answer {
	t.Helper()
	asked := r.URL.String()
	if r.GetBody != nil {
		if body, err := r.GetBody(); err == nil {
			text, _ := io.ReadAll(body) // of memory: cannot fail
			asked += " " + string(text)
		}
	}
	response, err := client.Do(r)
	if err != nil {
		t.Errorf("%s %s: %v", r.Method, r.URL.Path, err) // not Fatal: crowds call this too
		return answer{what: r.Method + " " + r.URL.Path}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	a := answer{what: r.Method + " " + r.URL.Path, Status: response.StatusCode, Header: response.Header, Body: string(body), cookies: response.Cookies()}
	if strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(body, &a.envelope); err != nil {
			t.Errorf("%s: %v in %s", a.what, err, body)
		}
	}
	w.seen.heard(p, a.what, asked, a.Body)
	return a
}

// answer is what the server said to one request.
type answer struct {
	what     string
	Status   int
	Header   http.Header
	Body     string
	cookies  []*http.Cookie
	envelope struct {
		Code  int
		Msg   string
		Error string
		Field string
		Data  json.RawMessage
		Rows  json.RawMessage
		Total int64
	}
}

// want fails the test unless the status is one of those.
func (a answer) want(t *testing.T, statuses ...int) answer {
	t.Helper()
	for _, status := range statuses {
		if a.Status == status {
			return a
		}
	}
	t.Errorf("%s: status %d, want %v: %.300s", a.what, a.Status, statuses, a.Body)
	return a
}

// refused wants an error with the status and the code word.
func (a answer) refused(t *testing.T, status int, word string) answer {
	t.Helper()
	a.want(t, status)
	if a.envelope.Code != -1 || a.envelope.Error != word || a.envelope.Msg == "" {
		t.Errorf("%s: answer %.300s, want the error %q", a.what, a.Body, word)
	}
	return a
}

// data reads one field of the answer's data.
func (a answer) data(t *testing.T, to any, field string) {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(a.envelope.Data, &fields); err != nil {
		t.Fatalf("%s: no data in %.300s", a.what, a.Body)
	}
	if err := json.Unmarshal(fields[field], to); err != nil {
		t.Fatalf("%s: %s: %v in %.300s", a.what, field, err, a.Body)
	}
}

func (a answer) rows(t *testing.T, to any) {
	t.Helper()
	if err := json.Unmarshal(a.envelope.Rows, to); err != nil {
		t.Fatalf("%s: %v in %.300s", a.what, err, a.Body)
	}
}
