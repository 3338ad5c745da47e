package contact_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ginchat/args"
	"ginchat/common"
	"ginchat/db_conn"
	"ginchat/httphandler"
	chathandler "ginchat/httphandler/chat"
	"ginchat/httphandler/contact"
	"ginchat/httphandlerpack/chat"
	logic "ginchat/httphandlerpack/contact"
	"ginchat/httphandlerpack/user"
	"ginchat/model"

	"github.com/gin-gonic/gin"
	"go.uber.org/zap"
)

// api is the JSON requests about contacts on an empty embedded database, with the
// real accounts and the real log behind them.
type api struct {
	t        *testing.T
	engine   *gin.Engine
	users    *user.Users
	contacts *logic.Contacts
	log      *chat.Chat
}

type deaf struct{}

func (deaf) Presences(_ context.Context, users []int64) []model.Presence {
	return slices.Repeat([]model.Presence{{Online: 1}}, len(users))
}
func (deaf) ContactChanged(int64, model.Address) {}
func (deaf) EndLogins(int64, ...int64)           {}

func newAPI(t *testing.T) *api {
	t.Helper()
	gin.SetMode(gin.TestMode)
	nop := zap.NewNop()
	db, err := db_conn.OpenSQL(t.Context(), common.MySQL{}, t.TempDir(), nop)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db_conn.Close(db); err != nil {
			t.Error(err)
		}
	})
	a := &api{t: t, engine: gin.New(), users: user.New(user.NewStore(db, ""), deaf{}, user.Config{})}
	store := chat.NewStore(db, "")
	a.log, err = chat.New(t.Context(), store, chat.NewHub(store, chathandler.Encoder{}, 0), a.users, chat.Nodes{}, chat.Config{}, nop)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.log.Close)
	a.contacts = logic.New(logic.NewStore(db), a.users, a.log, deaf{}, logic.Config{})
	a.route(contact.New(a.contacts), httphandler.NewReplier(nop))
	return a
}

func (a *api) route(h *contact.Handler, replier *httphandler.Replier) {
	a.engine.Use(func(c *gin.Context) { // the router has found out who is asking
		id, err := strconv.ParseInt(c.GetHeader("X-User"), 10, 64)
		if err != nil {
			a.t.Error(err)
		}
		by, err := strconv.Atoi(c.GetHeader("X-Credential"))
		if err != nil {
			a.t.Error(err)
		}
		httphandler.SetIdentity(c, httphandler.Identity{User: model.User{ID: id}, Credential: httphandler.Credential(by)})
	})
	for name, f := range map[string]httphandler.Func{
		"loadfriend": h.LoadFriend, "loadblocked": h.LoadBlocked, "loadrequest": h.LoadRequest, "loadasked": h.LoadAsked,
		"addfriend": h.AddFriend, "answerfriend": h.AnswerFriend, "removefriend": h.RemoveFriend, "blockuser": h.BlockUser,
		"unblockuser": h.UnblockUser, "remark": h.Remark, "search": h.Search, "loadcommunity": h.LoadCommunity,
		"createcommunity": h.CreateCommunity, "updatecommunity": h.UpdateCommunity, "dissolvecommunity": h.DissolveCommunity,
		"joincommunity": h.JoinCommunity, "leavecommunity": h.LeaveCommunity, "members": h.Members, "invite": h.Invite,
		"kickmember": h.KickMember, "setrole": h.SetRole, "mutemember": h.MuteMember,
	} {
		a.engine.Any("/contact/"+name, replier.JSON(f))
	}
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

// do sends a form as a user who is known by credential.
func (a *api) do(method string, as int64, by httphandler.Credential, verb, form string) answer {
	a.t.Helper()
	path := "/contact/" + verb
	if method == http.MethodGet {
		path += "?" + form
	}
	r := httptest.NewRequest(method, path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-User", strconv.FormatInt(as, 10))
	r.Header.Set("X-Credential", strconv.Itoa(int(by)))
	got := answer{ResponseRecorder: httptest.NewRecorder()}
	a.engine.ServeHTTP(got, r)
	if err := json.Unmarshal(got.Body.Bytes(), &got.Envelope); err != nil {
		a.t.Fatalf("%s answered %q: %v", path, got.Body, err)
	}
	return got
}

func (a *api) post(as int64, verb, form string, v ...any) answer {
	a.t.Helper()
	return a.do(http.MethodPost, as, httphandler.Cookie, verb, fmt.Sprintf(form, v...))
}

func (a *api) want(what string, got answer, status int, code model.Code) {
	a.t.Helper()
	if got.Result().StatusCode != status || got.Error != string(code) || (got.Envelope.Code == 0) != (code == "") {
		a.t.Errorf("%s: %d %s, want %d %q", what, got.Result().StatusCode, got.Body, status, code)
	}
}

// people registers users of these names; name-account is what they sign in as.
func (a *api) people(names ...string) []int64 {
	a.t.Helper()
	ids := make([]int64, len(names))
	for i, name := range names {
		user, err := a.users.Register(a.t.Context(), user.Registration{Mobile: name + "-account", Passwd: "a fine password", Nickname: name})
		if err != nil {
			a.t.Fatal(err)
		}
		ids[i] = user.ID
	}
	return ids
}

func (a *api) befriend(one, other int64) {
	a.t.Helper()
	a.want("befriend", a.post(one, "addfriend", "dstid=%d", other), 200, "")
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
