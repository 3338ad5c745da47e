package chat

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ginchat/model"
	"ginchat/test/services"

	"go.uber.org/zap"
	"gorm.io/gorm"
)

// world is a Chat on a fresh database with users 1..n, who are all friends.
type world struct {
	*Chat
	t   testing.TB
	db  *gorm.DB
	hub *Hub
	log *zap.Logger
}

// eachDatabase runs f on every kind of database.
func eachDatabase(t *testing.T, users int, f func(t *testing.T, w *world)) {
	for name, db := range services.Databases(t) {
		t.Run(name, func(t *testing.T) {
			f(t, newWorld(t, db, users, Config{TextBytes: 8192, CommunityMembers: 10, CommunitiesOwned: 5}))
		})
	}
}

func newWorld(t testing.TB, db *gorm.DB, users int, cfg Config) *world {
	t.Helper()
	for id := 1; id <= users; id++ {
		user := model.User{ID: int64(id), Mobile: fmt.Sprint("user", id), MobileKey: fmt.Sprint("user", id), Nickname: fmt.Sprint("User ", id)}
		must(t, db.Create(&user).Error)
		for peer := 1; peer < id; peer++ {
			must(t, db.Create(&[]model.Contact{
				{OwnerID: int64(id), PeerID: int64(peer), State: model.Friend},
				{OwnerID: int64(peer), PeerID: int64(id), State: model.Friend},
			}).Error)
		}
	}
	w := &world{t: t, db: db}
	store := NewStore(db, "")
	w.hub = NewHub(store, plainEncoder{}, 0)
	c, err := New(context.Background(), store, w.hub, people{db}, Nodes{}, cfg, zap.NewNop())
	must(t, err)
	t.Cleanup(c.Close)
	w.Chat, w.log = c, zap.NewNop()
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, err error, want model.Code) {
	t.Helper()
	if got := model.CodeOf(err); got != want {
		t.Fatalf("code = %q, want %q (err: %v)", got, want, err)
	}
}

func private(user int64) model.Address { return model.Address{Kind: model.KindPrivate, DstID: user} }

func community(id int64) model.Address { return model.Address{Kind: model.KindCommunity, DstID: id} }

func text(s string) model.Draft { return model.Draft{Content: s} }

// say sends and returns the message, which must be stored.
func (w *world) say(from int64, to model.Address, msgid, content string) model.Message {
	w.t.Helper()
	m, err := w.Send(context.Background(), from, to, msgid, text(content), nil)
	must(w.t, err)
	return m
}

// found makes a community of owner, with the other members.
func (w *world) found(owner int64, members ...int64) int64 {
	w.t.Helper()
	c, err := w.CreateCommunity(context.Background(), model.Community{Name: "Club", NameKey: "club", OwnerID: owner,
		JoinPolicy: model.JoinOpen, HistoryPolicy: model.HistoryAll})
	must(w.t, err)
	for _, member := range members {
		w.change(model.Change{Op: model.OpJoin, Community: c.ID, Actor: member, Member: member})
	}
	return c.ID
}

func (w *world) change(c model.Change) model.Message {
	w.t.Helper()
	m, err := w.Change(context.Background(), c)
	must(w.t, err)
	return m
}

// contents reads the whole history and checks that it has no hole.
func (w *world) contents(user int64, of model.Address) []string {
	w.t.Helper()
	rows, last, err := w.History(context.Background(), user, of, Page{})
	must(w.t, err)
	var all []string
	for i, row := range rows {
		if want := last - int64(len(rows)-1-i); row.Seq != want {
			w.t.Fatalf("row %d has seq %d, want %d", i, row.Seq, want)
		}
		all = append(all, string(row.Op)+row.Content)
	}
	return all
}

// listener is an outbox that keeps what it is told, of friends who come and go
// apart: that may come at any time.
type listener struct {
	mu     sync.Mutex
	got    []string
	known  []string
	ended  Reason
	notify chan struct{}
}

func (l *listener) Push(f *Frame) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if text := string(f.Bytes); strings.HasPrefix(text, "presence") {
		l.known = append(l.known, text)
	} else {
		l.got = append(l.got, text)
	}
	select {
	case l.notify <- struct{}{}:
	default:
	}
}

func (l *listener) End(why Reason) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = why
}

func (l *listener) frames() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.got...)
}

func (l *listener) endedBy() Reason {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ended
}

// connect opens a session of user on login.
func (w *world) connect(user, login int64) (*Session, *listener) {
	w.t.Helper()
	must(w.t, w.hub.Enter(context.Background(), user))
	l := &listener{notify: make(chan struct{}, 1000)}
	s := &Session{UserID: user, LoginID: login, Outbox: l}
	if why, ok := w.hub.Attach(s); !ok {
		w.t.Fatalf("attach: %d", why)
	}
	return s, l
}

func (w *world) disconnect(s *Session) {
	w.hub.Detach(s)
	w.hub.Leave(s.UserID)
}

// hears waits until the listener has got want, which must come next and alone.
func (l *listener) hears(t testing.TB, want ...string) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for len(l.frames()) < len(want) {
		select {
		case <-l.notify:
		case <-deadline:
			t.Fatalf("heard %q, want %q", l.frames(), want)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Equal(l.got, want) {
		t.Fatalf("heard %q, want %q", l.got, want)
	}
	l.got = nil
}

// learns waits until the listener is told that of a friend.
func (l *listener) learns(t testing.TB, want string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		known := l.known
		if at := slices.Index(known, want); at >= 0 {
			l.known = slices.Delete(slices.Clone(known), at, at+1)
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		if time.Now().After(deadline) {
			t.Fatalf("heard %q of friends, want %q", known, want)
		}
	}
}

// hearsNothingOf fails if the listener was told that the friend came or went,
// other than what learns has taken.
func (l *listener) hearsNothingOf(t testing.TB, friend int64) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, text := range l.known {
		if strings.HasPrefix(text, fmt.Sprintf("presence of %d:", friend)) {
			t.Errorf("heard %q", text)
		}
	}
}

// plainEncoder makes frames that a test can read.
type plainEncoder struct{}

func (plainEncoder) Entry(m *model.Message, _ model.Parties) *Frame {
	return &Frame{Bytes: fmt.Appendf(nil, "%d %s%s", m.Seq, m.Op, m.Content), Counted: true, Conversation: m.ConversationID, Seq: m.Seq}
}

func (plainEncoder) Read(of model.Address, reader, seq int64) *Frame {
	return &Frame{Bytes: fmt.Appendf(nil, "read %d %d by %d: %d", of.Kind, of.DstID, reader, seq)}
}

func (plainEncoder) Presence(user int64, online int, _ model.Millis) *Frame {
	return &Frame{Bytes: fmt.Appendf(nil, "presence of %d: %d", user, online)}
}

func (plainEncoder) Changed(about model.Address) *Frame {
	return &Frame{Bytes: fmt.Appendf(nil, "changed %d %d", about.Kind, about.DstID)}
}

// people answers profiles from the users table.
type people struct{ db *gorm.DB }

func (p people) Profiles(ctx context.Context, ids []int64) (map[int64]model.User, error) {
	var rows []model.User
	err := p.db.WithContext(ctx).Where("id IN ?", ids).Find(&rows).Error
	byID := map[int64]model.User{}
	for _, row := range rows {
		byID[row.ID] = row
	}
	return byID, err
}
