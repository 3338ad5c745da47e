package httphandler

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"ginchat/model"
	"ginchat/view"

	"github.com/gin-gonic/gin"
	"go.uber.org/zap"
)

// counts is what waits for everybody.
type counts struct{}

func (counts) UnreadCount(context.Context, int64) (int64, error)      { return 120, nil }
func (counts) RequestCounts(context.Context, int64) (int, int, error) { return 2, 3, nil }

// files stand for the assets.
type files struct{}

func (files) Path(name string) string { return "/asset/x/" + name }

func (files) Needs(string) []string { return nil }

func newPages(t *testing.T) *Pages {
	t.Helper()
	gin.SetMode(gin.TestMode)
	v, err := view.New(files{})
	if err != nil {
		t.Fatal(err)
	}
	return NewPages(v, NewReplier(zap.NewNop()), counts{}, counts{})
}

// serve answers r with f as the user with these settings, nil for a stranger.
func serve(pages *Pages, settings *model.Settings, r *http.Request, f Func) *httptest.ResponseRecorder {
	engine := gin.New()
	engine.Use(func(c *gin.Context) {
		if settings != nil {
			SetIdentity(c, Identity{User: model.User{ID: 3, Nickname: "Ann", Settings: *settings}, Credential: Cookie})
		}
	})
	engine.Any("/page", pages.Page(f))
	w := httptest.NewRecorder()
	engine.ServeHTTP(w, r)
	return w
}

func fails(err error) Func { return func(*gin.Context) error { return err } }

func TestLanguage(t *testing.T) {
	tests := []struct {
		name, header, cookie string
		settings             *model.Settings
		want                 string
	}{
		{name: "nothing said", want: "en"},
		{name: "browser", header: "zh-CN", want: "zh"},
		{name: "cookie over browser", header: "zh-CN", cookie: "en", want: "en"},
		{name: "setting over cookie", cookie: "en", settings: &model.Settings{Lang: "zh"}, want: "zh"},
		{name: "no setting", header: "zh", settings: &model.Settings{}, want: "zh"},
		{name: "cookie of a language we lack", cookie: "../fr", want: "en"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/page", nil)
			r.Header.Set("Accept-Language", tt.header)
			if tt.cookie != "" {
				r.AddCookie(&http.Cookie{Name: LangCookie, Value: tt.cookie})
			}
			var got string
			serve(newPages(t), tt.settings, r, func(c *gin.Context) error { got = Language(c); return nil })
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLanguageSwitch(t *testing.T) {
	w := serve(newPages(t), nil, httptest.NewRequest("GET", "/page?lang=zh&next=%2Fchat%3Fa", nil), fails(errors.New("not reached")))
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/page?next=%2Fchat%3Fa" {
		t.Errorf("%d to %q", w.Code, w.Header().Get("Location"))
	}
	if cookie := w.Header().Get("Set-Cookie"); !strings.HasPrefix(cookie, "lang=zh; ") {
		t.Errorf("cookie %q", cookie)
	}
}

func TestErrorPages(t *testing.T) {
	tests := []struct {
		err    error
		status int
		holds  string
	}{
		{model.Errorf(model.NotFound, "there is no such community"), 404, "没有这个群聊"},
		{model.Errorf(model.Forbidden, "you are not friends"), 403, "没有权限"},
		{&model.Error{Code: model.RateLimited, Message: "too many messages, slow down", After: 1500 * time.Millisecond}, 429, "操作太频繁"},
		{model.Errorf(model.Unavailable, "busy, retry"), 503, "系统繁忙"},
		{model.Errorf(model.Invalid, "<b>"), 400, "&lt;b&gt;"},
		{errors.New("secret detail"), 500, "出错了"},
	}
	for _, tt := range tests {
		w := serve(newPages(t), &model.Settings{Lang: "zh"}, httptest.NewRequest("GET", "/page", nil), fails(tt.err))
		page := w.Body.String()
		if w.Code != tt.status || !strings.Contains(page, tt.holds) || strings.Contains(page, "secret") {
			t.Errorf("%v: status %d, want %d and %q in:\n%s", tt.err, w.Code, tt.status, tt.holds, page)
		}
		if retry := w.Header().Get("Retry-After"); tt.status == 429 && retry != "2" {
			t.Errorf("Retry-After %q, want 2", retry)
		}
		if !strings.Contains(page, `href="/chat/index.shtml"`) {
			t.Errorf("%v: no way back", tt.err)
		}
	}
}

func TestShellCountsWhatWaits(t *testing.T) {
	pages := newPages(t)
	w := serve(pages, &model.Settings{}, httptest.NewRequest("GET", "/page", nil), func(c *gin.Context) error {
		page, err := pages.Shell(c, "settings")
		if err != nil {
			return err
		}
		return pages.Render(c, http.StatusOK, view.Settings{Page: page})
	})
	for _, want := range []string{
		`data-badge="unread" data-count="120"><span class="nav__count">99&#43;<`, `data-badge="friends" data-count="2">`, `data-badge="joins" data-count="3">`,
		"<live-updates>",
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in:\n%s", want, w.Body)
		}
	}
}

func TestPagesAreCompressedForWhoTakesIt(t *testing.T) {
	for accepts, want := range map[string]string{
		"gzip, br": "gzip", "br;q=1, gzip;q=0.5": "gzip", "": "", "br": "", "gzip;q=0": "", "gzip; q=0.000": "", "x-gzip": "",
	} {
		r := httptest.NewRequest("GET", "/page", nil)
		r.Header.Set("Accept-Encoding", accepts)
		w := serve(newPages(t), &model.Settings{}, r, fails(model.Errorf(model.NotFound, "there is no such page")))
		if got := w.Header().Get("Content-Encoding"); got != want || !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("%q: encoded as %q, want %q", accepts, got, want)
		}
		body := io.Reader(w.Body)
		if want == "gzip" {
			unzipped, err := gzip.NewReader(body)
			if err != nil {
				t.Fatal(err)
			}
			body = unzipped
		}
		if page, err := io.ReadAll(body); err != nil || !strings.Contains(string(page), "</html>") {
			t.Errorf("%q: %v, %s", accepts, err, page)
		}
	}
}

func TestWhoLeavesIsNoInternalError(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	leave()
	r := httptest.NewRequest("GET", "/page", nil).WithContext(ctx)
	if w := serve(newPages(t), nil, r, fails(errors.New("interrupted (9)"))); w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d", w.Code)
	}
	if w := serve(newPages(t), nil, r, fails(model.Errorf(model.Forbidden, "you are not friends"))); w.Code != http.StatusForbidden {
		t.Errorf("status %d of an error that had its reason", w.Code)
	}
}

func TestStrangersGoToSignIn(t *testing.T) {
	unauthenticated := fails(model.Errorf(model.Unauthenticated, "sign in first"))
	for method, want := range map[string]string{
		"GET":  "/user/login.shtml?next=%2Fpage%3Fdstid%3D7%26x%3D%252F",
		"POST": "/user/login.shtml",
	} {
		w := serve(newPages(t), nil, httptest.NewRequest(method, "/page?dstid=7&x=%2F", nil), unauthenticated)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %q, want %q", method, w.Code, w.Header().Get("Location"), want)
		}
	}
}

func TestLocalPath(t *testing.T) {
	for next, want := range map[string]string{
		"/chat/index.shtml?cmd=11&dstid=7": "/chat/index.shtml?cmd=11&dstid=7", "": "/", "//evil.example": "/",
		"https://evil.example/": "/", `/\evil.example`: "/", `\\evil.example`: "/", "javascript:alert(1)": "/",
		"evil": "/", "/\t/evil.example": "/", "/a\r\nSet-Cookie: x": "/", "/%zz": "/", "///evil.example": "/",
	} {
		if got := LocalPath(next, "/"); got != want {
			t.Errorf("%q: %q, want %q", next, got, want)
		}
	}
}

func TestNotice(t *testing.T) {
	for query, want := range map[string]string{"done=saved": "notice.saved", "done=rubbish": "", "done=../x": "", "": ""} {
		var got string
		serve(newPages(t), nil, httptest.NewRequest("GET", "/page?"+query, nil), func(c *gin.Context) error { got = notice(c); return nil })
		if got != want {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}

func TestRefused(t *testing.T) {
	post := func() *http.Request {
		r := httptest.NewRequest("POST", "/page", strings.NewReader(url.Values{"mobile": {"<ann>"}, "passwd": {"secret12"}, "other": {"x"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return r
	}
	tests := []struct {
		name   string
		err    error
		field  string
		status int
	}{
		{"field on the form", model.FieldErrorf("mobile", "bad"), "mobile", 400},
		{"password", model.FieldErrorf("passwd", "bad"), "passwd", 400},
		{"field not on the form", model.FieldErrorf("icon", "bad"), "", 400},
		{"no field", model.Errorf(model.Conflict, "bad"), "", 409},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			serve(newPages(t), nil, post(), func(c *gin.Context) error {
				form, status, err := newPages(t).Refused(c, tt.err, "login", "mobile", "passwd")
				if err != nil {
					t.Fatal(err)
				}
				if form.Field != tt.field || status != tt.status || form.Error != "Bad" || form.Name != "login" {
					t.Errorf("form %+v, status %d", form, status)
				}
				if len(form.Values) != 1 || form.Values["mobile"] != "<ann>" {
					t.Errorf("values %v: want the account and never the password", form.Values)
				}
				return nil
			})
		})
	}
	serve(newPages(t), nil, post(), func(c *gin.Context) error {
		if _, _, err := newPages(t).Refused(c, errors.New("broken"), "login"); err == nil {
			t.Error("an internal error became a form's error")
		}
		return nil
	})
}
