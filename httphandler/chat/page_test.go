package chat

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"ginchat/common"
	"ginchat/db_conn"
	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/chat"
	"ginchat/model"
	"ginchat/view"

	"github.com/gin-gonic/gin"
	"go.uber.org/zap"
)

// town is who the tests know: users 1 Ann, 2 Bo and 3 Cy. Ann and Bo are friends.
// It holds the pictures of those who have one.
type town map[int64]string

var names = map[int64]string{1: "Ann", 2: "Bo", 3: "Cy"}

func (t town) Profiles(_ context.Context, ids []int64) (map[int64]model.User, error) {
	found := map[int64]model.User{}
	for _, id := range ids {
		if name, ok := names[id]; ok {
			found[id] = model.User{ID: id, Nickname: name, Avatar: t[id]}
		}
	}
	return found, nil
}

func (town) RequestCounts(context.Context, int64) (friends, joins int, err error) { return 4, 0, nil }

func (town) MemberCount(context.Context, int64, int64) (int, error) { return 3, nil }

// watched are who the tests may know to be online or not.
type watched struct {
	town
	presences map[int64]model.Presence
}

func (w watched) Presences(_ context.Context, _ int64, peers []int64) (map[int64]model.Presence, error) {
	told := map[int64]model.Presence{}
	for _, id := range peers {
		if presence, ok := w.presences[id]; ok {
			told[id] = presence
		}
	}
	return told, nil
}

// site is the chat page on an empty embedded database.
type site struct {
	t      *testing.T
	engine *gin.Engine
	chat   *logic.Chat
	db     *db_conn.DB

	pictures  town
	presences map[int64]model.Presence
}

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
	for id, name := range names {
		u := model.User{ID: id, Mobile: name, MobileKey: name, Nickname: name}
		if err := db.Create(&u).Error; err != nil {
			t.Fatal(err)
		}
	}
	friends := []model.Contact{{OwnerID: 1, PeerID: 2, State: model.Friend}, {OwnerID: 2, PeerID: 1, State: model.Friend}}
	if err := db.Create(&friends).Error; err != nil {
		t.Fatal(err)
	}
	store := logic.NewStore(db, "")
	hub := logic.NewHub(store, Encoder{}, 0)
	people := town{}
	chat, err := logic.New(t.Context(), store, hub, people, logic.Nodes{}, logic.Config{TextBytes: 100, CommunityMembers: 10, CommunitiesOwned: 5}, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chat.Close)
	views, err := view.New(files{})
	if err != nil {
		t.Fatal(err)
	}
	pages := httphandler.NewPages(views, httphandler.NewReplier(log), chat, people)
	presences := map[int64]model.Presence{}
	page := NewPage(chat, people, watched{people, presences}, pages)
	engine := gin.New()
	engine.Use(func(c *gin.Context) {
		var id int64
		_, _ = fmt.Sscan(c.GetHeader("X-User"), &id)
		httphandler.SetIdentity(c, httphandler.Identity{User: model.User{ID: id, Nickname: names[id]}})
	})
	engine.GET(pagePath, pages.Page(page.Show))
	engine.POST(pagePath, pages.Page(page.Act))
	return &site{t: t, engine: engine, chat: chat, db: db, pictures: people, presences: presences}
}

// get shows user the page with that query; its status must be want.
func (s *site) get(user int64, query string, want int, headers ...string) string {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, pagePath+query, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return s.answer(user, r, want).Body.String()
}

// post sends user's message; the status must be want.
func (s *site) post(user int64, query, msgid, content string, want int) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.submit(user, query, url.Values{"msgid": {msgid}, "content": {content}}, want)
}

// submit sends user's form.
func (s *site) submit(user int64, query string, form url.Values, want int) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, pagePath+query, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.answer(user, r, want)
}

func (s *site) answer(user int64, r *http.Request, want int) *httptest.ResponseRecorder {
	s.t.Helper()
	r.Header.Set("X-User", fmt.Sprint(user))
	w := httptest.NewRecorder()
	s.engine.ServeHTTP(w, r)
	if w.Code != want {
		s.t.Fatalf("%s %s: status %d, want %d: %s", r.Method, r.URL, w.Code, want, w.Body)
	}
	return w
}

func (s *site) unread(user int64) int64 {
	s.t.Helper()
	rows, err := s.chat.Conversations(s.t.Context(), user)
	if err != nil || len(rows) != 1 {
		s.t.Fatalf("conversations of %d: %v, %v", user, rows, err)
	}
	return rows[0].Unread
}

const (
	withAnn = "?cmd=10&dstid=1"
	withBo  = "?cmd=10&dstid=2"
)

var formMsgID = regexp.MustCompile(`name="msgid" value="([A-Za-z0-9_-]{20,64})"`)

func TestSendByFormAndReadIt(t *testing.T) {
	s := newSite(t)
	form := formMsgID.FindStringSubmatch(s.get(1, withBo, http.StatusOK))
	if form == nil {
		t.Fatal("the form has no msgid")
	}
	w := s.post(1, withBo, form[1], "hello\r\nBo \r\n", http.StatusSeeOther)
	if got := w.Header().Get("Location"); got != pagePath+withBo {
		t.Errorf("sent to %s after the form", got)
	}
	if body := s.get(1, withBo, http.StatusOK); !strings.Contains(body, "hello\nBo</p>") || !strings.Contains(body, `data-msgid="`+form[1]) {
		t.Errorf("the message is not on the page: %s", body)
	}
}

func TestDoubleSubmitIsOneMessage(t *testing.T) {
	s := newSite(t)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { s.post(1, withBo, "same", "once", http.StatusSeeOther) })
	}
	all.Wait()
	if n := strings.Count(s.get(1, withBo, http.StatusOK), "once</p>"); n != 1 {
		t.Errorf("shown %d times", n)
	}
	s.post(1, withBo, "same", "something else", http.StatusConflict)
}

func TestRefusedFormKeepsTheText(t *testing.T) {
	s := newSite(t)
	long := strings.Repeat("z", 101)
	body := s.post(1, withBo, "m1", long, http.StatusRequestEntityTooLarge).Body.String()
	for _, want := range []string{long + "</textarea>", `value="m1"`, `role="alert"`} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	s.post(1, withBo, "m2", " \r\n", http.StatusBadRequest)
}

func TestReadingMovesTheMark(t *testing.T) {
	s := newSite(t)
	for i := range 60 {
		s.post(1, withBo, fmt.Sprint("m", i), fmt.Sprintf("text %d.", i), http.StatusSeeOther)
	}
	if body := s.get(2, "", http.StatusOK); s.unread(2) != 60 || !strings.Contains(body, `data-unread="60"`) {
		t.Errorf("the list alone moved the mark to %d unread", s.unread(2))
	}
	s.get(2, withAnn+"&peek=1", http.StatusOK)
	s.get(2, withAnn+"&before=30", http.StatusOK)
	s.get(2, withAnn, http.StatusOK, "Sec-Purpose", "prefetch")
	if n := s.unread(2); n != 60 {
		t.Errorf("%d unread after a peek, an old page and a prefetch", n)
	}
	body := s.get(2, withAnn, http.StatusOK)
	if s.unread(2) != 0 || !strings.Contains(body, `data-unread="0"`) || !strings.Contains(body, "mark--new") {
		t.Errorf("%d unread after reading", s.unread(2))
	}
	if strings.Contains(s.get(2, withAnn, http.StatusOK), "mark--new") {
		t.Error("still marked as new")
	}
}

func TestPagingBack(t *testing.T) {
	s := newSite(t)
	for i := range 60 {
		s.post(1, withBo, fmt.Sprint("m", i), fmt.Sprintf("text %d.", i+1), http.StatusSeeOther)
	}
	newest := s.get(1, withBo, http.StatusOK)
	if strings.Contains(newest, "text 10.") || !strings.Contains(newest, "text 11.") || !strings.Contains(newest, "before=11") {
		t.Error("the page does not begin 50 before the end with a way back")
	}
	older := s.get(1, withBo+"&before=11", http.StatusOK)
	if !strings.Contains(older, "text 1.") || !strings.Contains(older, "text 10.") || strings.Contains(older, "text 11.</p>") {
		t.Error("the older page is not what came before")
	}
	if strings.Contains(older, "before=1\"") || !strings.Contains(older, "timeline__newest") {
		t.Error("the oldest page leads further back, or not to the newest")
	}
}

func TestConversationsOfOthers(t *testing.T) {
	s := newSite(t)
	s.post(1, withBo, "m", "secret", http.StatusSeeOther)
	s.get(3, withAnn, http.StatusForbidden)
	s.get(3, "?cmd=10&dstid=99", http.StatusNotFound)
	s.get(3, "?cmd=11&dstid=99", http.StatusNotFound)
	s.get(3, "?cmd=12&dstid=1", http.StatusBadRequest)
	s.get(3, "?cmd=x", http.StatusBadRequest)
	if strings.Contains(s.post(3, withAnn, "m", "hi", http.StatusForbidden).Body.String(), "secret") {
		t.Error("a stranger reads")
	}
}

func TestTimesAreInTheReadersZone(t *testing.T) {
	s := newSite(t)
	s.post(1, withBo, "m", "now", http.StatusSeeOther)
	clock := regexp.MustCompile(`<time class="message__time"[^>]*>(\d\d:\d\d)<`)
	read := func(cookie string) string {
		found := clock.FindStringSubmatch(s.get(1, withBo, http.StatusOK, "Cookie", cookie))
		if found == nil {
			t.Fatalf("no time with %q", cookie)
		}
		return found[1]
	}
	utc, kolkata := read("tz=UTC"), read("tz=Asia%2FKolkata")
	if utc[3:] == kolkata[3:] { // half an hour apart but for the minute's turn
		t.Errorf("%s in UTC is %s in Kolkata", utc, kolkata)
	}
	read("tz=..%2F..%2Fetc%2Fpasswd")
	read("tz=" + strings.Repeat("x", 100))
}
