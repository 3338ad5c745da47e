package user_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"ginchat/args"
	"ginchat/common"
	"ginchat/db_conn"
	"ginchat/httphandler"
	"ginchat/httphandler/user"
	logic "ginchat/httphandlerpack/user"
	"ginchat/model"

	"github.com/gin-gonic/gin"
	"go.uber.org/zap"
)

// api is the JSON requests about accounts on an empty embedded database.
type api struct {
	t      *testing.T
	engine *gin.Engine
	users  *logic.Users

	mu    sync.Mutex
	ended []int64
}

func (a *api) EndLogins(_ int64, loginIDs ...int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = append(a.ended, loginIDs...)
}

func newAPI(t *testing.T, site httphandler.Site, cfg logic.Config) *api {
	t.Helper()
	gin.SetMode(gin.TestMode)
	db, err := db_conn.OpenSQL(t.Context(), common.MySQL{}, t.TempDir(), zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db_conn.Close(db); err != nil {
			t.Error(err)
		}
	})
	a := &api{t: t, engine: gin.New()}
	a.users = logic.New(logic.NewStore(db, ""), a, cfg)
	h, replier := user.New(a.users, site), httphandler.NewReplier(zap.NewNop())
	if err := a.engine.SetTrustedProxies(nil); err != nil {
		t.Fatal(err)
	}
	a.engine.Use(func(c *gin.Context) { // what the router does for all requests
		token, by := strings.TrimPrefix(c.GetHeader("Authorization"), "Bearer "), httphandler.Token
		if cookie, err := c.Request.Cookie(site.CookieName()); err == nil {
			token, by = cookie.Value, httphandler.Cookie
		}
		if token == "" {
			return
		}
		user, login, err := a.users.Authenticate(c.Request.Context(), token)
		if err != nil {
			replier.Fail(c, err)
			return
		}
		httphandler.SetIdentity(c, httphandler.Identity{User: user, Login: login, Credential: by})
	})
	for path, f := range map[string]httphandler.Func{
		"/user/register": h.Register, "/user/login": h.Login, "/user/logout": h.Logout, "/user/find": h.Find,
		"/user/update": h.Update, "/user/passwd": h.Passwd, "/user/logins": h.Logins, "/user/logins/end": h.EndLogin,
	} {
		a.engine.Any(path, replier.JSON(f))
	}
	return a
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	args.Envelope
}

func (a answer) data(name string) any {
	object, _ := a.Data.(map[string]any)
	return object[name]
}

// post sends a form, or JSON when it begins with {, as who holds token.
func (a *api) post(path, body, token string, change ...func(*http.Request)) answer {
	a.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for _, f := range change {
		f(r)
	}
	got := answer{ResponseRecorder: httptest.NewRecorder()}
	a.engine.ServeHTTP(got, r)
	if err := json.Unmarshal(got.Body.Bytes(), &got.Envelope); err != nil {
		a.t.Fatalf("%s answered %q: %v", path, got.Body, err)
	}
	return got
}

func (a *api) want(what string, got answer, status int, code model.Code) {
	a.t.Helper()
	if got.Result().StatusCode != status || got.Error != string(code) || (got.Envelope.Code == 0) != (code == "") {
		a.t.Errorf("%s: %d %s, want %d %q", what, got.Result().StatusCode, got.Body, status, code)
	}
}

const passwd = "x8k!q2zü"

// signIn registers mobile and returns the user's id and a token.
func (a *api) signIn(mobile string) (int64, string) {
	a.t.Helper()
	form := "mobile=" + mobile + "&passwd=" + passwd
	a.want("register", a.post("/user/register", form+"&nickname="+mobile, ""), 200, "")
	got := a.post("/user/login", form, "")
	a.want("login", got, 200, "")
	return int64(got.data("id").(float64)), got.data("token").(string)
}

func keys(object any) string {
	fields, _ := object.(map[string]any)
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}
