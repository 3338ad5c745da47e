package user

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"ginchat/common"
	"ginchat/db_conn"
	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/user"
	"ginchat/view"

	"github.com/gin-gonic/gin"
	"go.uber.org/zap"
)

// browser is one browser on the pages of accounts: it keeps cookies and follows nothing.
type browser struct {
	t       *testing.T
	engine  *gin.Engine
	cookies map[string]string
	agent   string
}

type deafSessions struct {
	mu    sync.Mutex
	ended int
}

func (d *deafSessions) EndLogins(_ int64, ids ...int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended += len(ids)
}

// nobody has written or asked.
type nobody struct{}

func (nobody) UnreadCount(context.Context, int64) (int64, error)      { return 0, nil }
func (nobody) RequestCounts(context.Context, int64) (int, int, error) { return 0, 0, nil }

// files stand for the assets.
type files struct{}

func (files) Path(name string) string { return "/asset/x/" + name }

func (files) Needs(string) []string { return nil }

func newBrowser(t *testing.T, cfg logic.Config) (*browser, *deafSessions) {
	t.Helper()
	gin.SetMode(gin.TestMode)
	log := zap.NewNop()
	db, err := db_conn.OpenSQL(t.Context(), common.MySQL{}, t.TempDir(), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db_conn.Close(db) })
	sessions := &deafSessions{}
	users := logic.New(logic.NewStore(db, ""), sessions, cfg)
	views, err := view.New(files{})
	if err != nil {
		t.Fatal(err)
	}
	site := httphandler.Site{}
	pages := httphandler.NewPages(views, httphandler.NewReplier(log), nobody{}, nobody{})
	page := NewPage(New(users, site), pages)
	engine := gin.New()
	engine.Use(func(c *gin.Context) {
		token, err := c.Cookie(site.CookieName())
		if err != nil {
			return
		}
		if user, login, err := users.Authenticate(c, token); err == nil {
			httphandler.SetIdentity(c, httphandler.Identity{User: user, Login: login, Credential: httphandler.Cookie})
		}
	})
	engine.GET("/user/login.shtml", pages.Page(page.ShowLogin))
	engine.POST("/user/login.shtml", pages.Page(page.Login))
	engine.GET("/user/register.shtml", pages.Page(page.ShowRegister))
	engine.POST("/user/register.shtml", pages.Page(page.Register))
	engine.GET(settingsPath, pages.Page(page.ShowSettings))
	engine.POST(settingsPath, pages.Page(page.ActOnSettings))
	return &browser{t: t, engine: engine, cookies: map[string]string{}, agent: "curl/8"}, sessions
}

// another is a second browser on the same server.
func (b *browser) another(agent string) *browser {
	return &browser{t: b.t, engine: b.engine, cookies: map[string]string{}, agent: agent}
}

func (b *browser) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("User-Agent", b.agent)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.engine.ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		b.cookies[cookie.Name] = cookie.Value
		if cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
		}
	}
	return w
}

// send posts a form that must lead to want.
func (b *browser) send(want, path string, pairs ...string) {
	b.t.Helper()
	w := b.do("POST", path, form(pairs))
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
		b.t.Fatalf("POST %s: %d to %q, want %q\n%s", path, w.Code, w.Header().Get("Location"), want, w.Body)
	}
}

// refused posts a form that must be refused with a page that holds all wants.
func (b *browser) refused(status int, wants []string, path string, pairs ...string) {
	b.t.Helper()
	w := b.do("POST", path, form(pairs))
	if w.Code != status {
		b.t.Fatalf("POST %s: %d, want %d\n%s", path, w.Code, status, w.Body)
	}
	b.holds(w.Body.String(), wants...)
	for i, secret := range pairs {
		if i%2 == 1 && (pairs[i-1] == "passwd" || pairs[i-1] == "old" || pairs[i-1] == "new") && strings.Contains(w.Body.String(), secret) {
			b.t.Errorf("the page holds the password %q", secret)
		}
	}
}

func (b *browser) see(path string) string {
	b.t.Helper()
	w := b.do("GET", path, nil)
	if w.Code != http.StatusOK {
		b.t.Fatalf("GET %s: %d to %q", path, w.Code, w.Header().Get("Location"))
	}
	return w.Body.String()
}

func (b *browser) holds(page string, wants ...string) {
	b.t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			b.t.Errorf("%q is not in\n%s", want, page)
		}
	}
}

func form(pairs []string) url.Values {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values
}

const (
	goodPasswd  = "correct horse 8"
	otherPasswd = "battery staple 9"
)

func TestSigningUpAndIn(t *testing.T) {
	b, _ := newBrowser(t, logic.Config{})
	b.send("/chat/index.shtml?cmd=10&dstid=3", "/user/register.shtml", "mobile", "13800000001", "passwd", goodPasswd, "nickname", "Ann",
		"next", "/chat/index.shtml?cmd=10&dstid=3")
	b.holds(b.see(settingsPath), "Ann", "13800000001", "This device")
	if w := b.do("GET", "/user/login.shtml?next=%2Fx", nil); w.Header().Get("Location") != "/x" {
		t.Errorf("who is signed in is not sent on: %d", w.Code)
	}
	b.refused(401, []string{"Wrong account or password"}, "/user/login.shtml", "mobile", "13800000001", "passwd", "not the password")
	b.send(httphandler.LoginPath, settingsPath, "action", "logout")
	if b.cookies["ginchat"] != "" {
		t.Error("the cookie stays after signing out")
	}
	if w := b.do("GET", settingsPath, nil); w.Header().Get("Location") != "/user/login.shtml?next=%2Fuser%2Fsettings.shtml" {
		t.Errorf("a stranger is sent to %q", w.Header().Get("Location"))
	}
	b.send(home, "/user/login.shtml", "mobile", "13800000001", "passwd", goodPasswd, "next", "//evil.example")
}

func TestRefusedDoors(t *testing.T) {
	b, _ := newBrowser(t, logic.Config{LoginTries: 3})
	b.send(home, "/user/register.shtml", "mobile", "ann@x", "passwd", goodPasswd)
	b.cookies = map[string]string{}
	b.refused(400, []string{`id="register-mobile-error"`, `value="&lt;a&gt;"`, `value="Bo"`}, "/user/register.shtml", "mobile", "<a>", "passwd", goodPasswd, "nickname", "Bo")
	b.refused(400, []string{`id="register-passwd-error"`}, "/user/register.shtml", "mobile", "bo@x", "passwd", "kurz#1")
	b.refused(409, []string{"This account is taken"}, "/user/register.shtml", "mobile", "ANN@x", "passwd", goodPasswd)
	b.do("GET", "/user/login.shtml?lang=zh", nil)
	b.refused(401, []string{"账号或密码错误", `value="ann@x"`, `name="next" value="/x"`}, "/user/login.shtml", "mobile", "ann@x", "passwd", "wrong-password-1", "next", "/x")
	for range 3 {
		b.do("POST", "/user/login.shtml", form([]string{"mobile", "ann@x", "passwd", "wrong-password-2"}))
	}
	w := b.do("POST", "/user/login.shtml", form([]string{"mobile", "ann@x", "passwd", "wrong-password-3"}))
	if w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("after too many tries: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	if b.cookies["ginchat"] != "" {
		t.Error("a wrong password gave a cookie")
	}
}

func TestSettings(t *testing.T) {
	b, _ := newBrowser(t, logic.Config{})
	b.send(home, "/user/register.shtml", "mobile", "ann@x", "passwd", goodPasswd, "nickname", "Ann")
	saved := settingsPath + "?done=saved"
	b.send(saved, settingsPath, "action", "profile", "nickname", "Anna 安", "sex", "W", "memo", "tea <3")
	b.holds(b.see(saved), "Anna 安", "tea &lt;3</textarea>", `value="W" selected`, "Saved.")
	b.refused(400, []string{`id="profile-nickname-error"`, "kept</textarea>"}, settingsPath, "action", "profile", "nickname", "\u202e", "sex", "U", "memo", "kept")

	b.send(saved, settingsPath, "action", "preferences", "lang", "zh", "theme", "dark", "approve", "1")
	b.holds(b.see(settingsPath), `lang="zh-CN" data-theme="dark"`, "设置", `name="approve" value="1" checked`)
	if b.cookies[httphandler.LangCookie] != "zh" {
		t.Error("the sign-in page will not speak the chosen language")
	}
	b.send(saved, settingsPath, "action", "preferences", "lang", "", "theme", "", "enter_breaks", "1")
	b.holds(b.see(settingsPath), "Settings", `name="enter_breaks" value="1" checked`, `name="approve" value="1"><`)
	if b.cookies[httphandler.LangCookie] != "" {
		t.Error("the language stays though the browser's own is wanted")
	}
	b.refused(400, nil, settingsPath, "action", "preferences", "theme", "pink")
	b.refused(400, nil, settingsPath, "action", "explode")
}

func TestPasswordAndDevices(t *testing.T) {
	b, sessions := newBrowser(t, logic.Config{})
	b.send(home, "/user/register.shtml", "mobile", "ann@x", "passwd", goodPasswd)
	phone, old := b.another("Mozilla/5.0 (iPhone) Safari/605"), b.another("<b>wget</b>")
	for _, other := range []*browser{phone, old} {
		other.send(home, "/user/login.shtml", "mobile", "ann@x", "passwd", goodPasswd)
	}
	page := b.see(settingsPath)
	b.holds(page, "Safari on iPhone", "&lt;b&gt;wget&lt;/b&gt;", `value="endothers"`)

	b.refused(403, []string{`id="password-old-error"`}, settingsPath, "action", "password", "old", "not the password", "new", otherPasswd)
	b.refused(400, []string{`id="password-new-error"`}, settingsPath, "action", "password", "old", goodPasswd, "new", "kurz#2")
	b.send(settingsPath+"?done=password_changed", settingsPath, "action", "password", "old", goodPasswd, "new", otherPasswd)
	if w := phone.do("GET", settingsPath, nil); w.Code != http.StatusSeeOther {
		t.Errorf("another device is still signed in after the password changed: %d", w.Code)
	}
	b.see(settingsPath)

	for _, other := range []*browser{phone, old} {
		other.send(home, "/user/login.shtml", "mobile", "ann@x", "passwd", otherPasswd)
	}
	b.refused(404, nil, settingsPath, "action", "endlogin", "id", "999999")
	b.send(settingsPath+"?done=logins_ended", settingsPath, "action", "endothers")
	for _, other := range []*browser{phone, old} {
		if w := other.do("GET", settingsPath, nil); w.Code != http.StatusSeeOther {
			t.Errorf("%s is still signed in: %d", other.agent, w.Code)
		}
	}
	if sessions.ended < 4 {
		t.Errorf("%d logins had their sockets closed, want 4", sessions.ended)
	}
	b.see(settingsPath)
}

func TestEndOneDevice(t *testing.T) {
	b, _ := newBrowser(t, logic.Config{})
	b.send(home, "/user/register.shtml", "mobile", "ann@x", "passwd", goodPasswd)
	phone := b.another("phone")
	phone.send(home, "/user/login.shtml", "mobile", "ann@x", "passwd", goodPasswd)
	_, rest, found := strings.Cut(b.see(settingsPath), `value="endlogin"><input type="hidden" name="id" value="`)
	if !found {
		t.Fatal("no other device to end")
	}
	id, _, _ := strings.Cut(rest, `"`)
	b.send(settingsPath+"?done=login_ended", settingsPath, "action", "endlogin", "id", id)
	if w := phone.do("GET", settingsPath, nil); w.Code != http.StatusSeeOther {
		t.Errorf("the phone is still signed in: %d", w.Code)
	}
	if strings.Contains(b.see(settingsPath), `value="endlogin"`) {
		t.Error("the ended device is still listed")
	}
}
