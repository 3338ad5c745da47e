package contact

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ginchat/common"
	"ginchat/db_conn"
	"ginchat/httphandler"
	chathandler "ginchat/httphandler/chat"
	"ginchat/httphandlerpack/chat"
	logic "ginchat/httphandlerpack/contact"
	"ginchat/httphandlerpack/user"
	"ginchat/model"
	"ginchat/view"

	"github.com/gin-gonic/gin"
	"go.uber.org/zap"
)

// site is the pages of contacts on an empty embedded database.
type site struct {
	t      *testing.T
	engine *gin.Engine
	users  *user.Users
	// presence is everybody's.
	presence *model.Presence
}

type deaf struct{ presence *model.Presence }

func (d deaf) Presences(_ context.Context, users []int64) []model.Presence {
	return slices.Repeat([]model.Presence{*d.presence}, len(users))
}
func (deaf) ContactChanged(int64, model.Address) {}
func (deaf) EndLogins(int64, ...int64)           {}

// files stand for the assets.
type files struct{}

func (files) Path(name string) string { return "/asset/x/" + name }

func (files) Needs(string) []string { return nil }

func newSite(t *testing.T) *site {
	t.Helper()
	gin.SetMode(gin.TestMode)
	log := zap.NewNop()
	db, err := db_conn.OpenSQL(t.Context(), common.MySQL{}, t.TempDir(), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db_conn.Close(db) })
	users := user.New(user.NewStore(db, ""), deaf{}, user.Config{})
	store := chat.NewStore(db, "")
	messages, err := chat.New(t.Context(), store, chat.NewHub(store, chathandler.Encoder{}, 0), users, chat.Nodes{}, chat.Config{CommunitiesOwned: 2, CommunityMembers: 10}, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(messages.Close)
	views, err := view.New(files{})
	if err != nil {
		t.Fatal(err)
	}
	presence := &model.Presence{Online: 1}
	contacts := logic.New(logic.NewStore(db), users, messages, deaf{presence}, logic.Config{CommunityMembers: 10})
	pages := httphandler.NewPages(views, httphandler.NewReplier(log), messages, contacts)
	page := NewPage(contacts, users, pages)
	s := &site{t: t, engine: gin.New(), users: users, presence: presence}
	s.engine.Use(func(c *gin.Context) {
		id, err := strconv.ParseInt(c.GetHeader("X-User"), 10, 64)
		if err != nil {
			t.Errorf("X-User: %v", err)
		}
		self, err := users.ByID(c, id)
		if err != nil {
			t.Errorf("user %d: %v", id, err)
		}
		httphandler.SetIdentity(c, httphandler.Identity{User: self})
	})
	s.engine.GET(contactsPath, pages.Page(page.ShowContacts))
	s.engine.POST(contactsPath, pages.Page(page.ActOnContacts))
	s.engine.GET(communitiesPath, pages.Page(page.ShowCommunities))
	s.engine.POST(communitiesPath, pages.Page(page.ActOnCommunities))
	return s
}

// person signs somebody up and returns their id.
func (s *site) person(name string) int64 {
	s.t.Helper()
	u, err := s.users.Register(s.t.Context(), user.Registration{Mobile: name + "-account", Passwd: "correct horse " + name, Nickname: name})
	if err != nil {
		s.t.Fatal(err)
	}
	return u.ID
}

func (s *site) do(as int64, method, path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("X-User", strconv.FormatInt(as, 10))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.engine.ServeHTTP(w, r)
	return w
}

// see returns a page that must be there.
func (s *site) see(as int64, path string) string {
	s.t.Helper()
	w := s.do(as, "GET", path, nil)
	if w.Code != http.StatusOK {
		s.t.Fatalf("GET %s as %d: %d", path, as, w.Code)
	}
	return w.Body.String()
}

// send posts a form that must be carried out, and returns where it leads.
func (s *site) send(as int64, path string, pairs ...any) string {
	s.t.Helper()
	w := s.do(as, "POST", path, values(pairs))
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("POST %s %v as %d: %d\n%s", path, pairs, as, w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// refused posts a form that must not be carried out, and returns the page.
func (s *site) refused(as int64, status int, path string, pairs ...any) string {
	s.t.Helper()
	w := s.do(as, "POST", path, values(pairs))
	if w.Code != status {
		s.t.Fatalf("POST %s %v as %d: %d, want %d\n%s", path, pairs, as, w.Code, status, w.Body)
	}
	return w.Body.String()
}

func values(pairs []any) url.Values {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	return form
}

func (s *site) holds(page string, wants ...string) {
	s.t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			s.t.Errorf("%q is not in\n%s", want, page)
		}
	}
}

func (s *site) lacks(page string, unwanted ...string) {
	s.t.Helper()
	for _, text := range unwanted {
		if strings.Contains(page, text) {
			s.t.Errorf("%q is in\n%s", text, page)
		}
	}
}
