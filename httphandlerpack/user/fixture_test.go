package user

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ginchat/model"
	"ginchat/test/services"
)

// house is a fresh set of accounts with a time that tests move by hand.
type house struct {
	*Users
	t *testing.T

	mu    sync.Mutex
	at    time.Time
	ended map[int64][]int64 // login ids by user, as the sessions were told
}

// onEach runs test on every database engine.
func onEach(t *testing.T, cfg Config, test func(t *testing.T, h *house)) {
	t.Helper()
	for engine, db := range services.Databases(t) {
		t.Run(engine, func(t *testing.T) {
			h := &house{t: t, at: time.UnixMilli(1_700_000_000_000), ended: map[int64][]int64{}}
			cfg.Now = h.now
			h.Users = New(NewStore(db, ""), h, cfg)
			h.hasher.memory = 64 // what a hash costs is tested by itself
			test(t, h)
		})
	}
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *house) advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

func (h *house) EndLogins(userID int64, loginIDs ...int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended[userID] = append(h.ended[userID], loginIDs...)
}

func (h *house) endedOf(userID int64) []int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(slices.Values(h.ended[userID]))
}

const passwd = "x8k!q2zü"

func (h *house) register(mobile string) model.User {
	h.t.Helper()
	user, err := h.Register(h.t.Context(), Registration{Mobile: mobile, Passwd: passwd, Nickname: "Anna"})
	if err != nil {
		h.t.Fatal(err)
	}
	return user
}

// login signs in and returns the login with its token.
func (h *house) login(mobile string) (model.Login, string) {
	h.t.Helper()
	_, token, err := h.Login(h.t.Context(), Attempt{Mobile: mobile, Passwd: passwd, Device: "curl/8", IP: "127.0.0.1"})
	if err != nil {
		h.t.Fatal(err)
	}
	_, login, err := h.Authenticate(h.t.Context(), token)
	if err != nil {
		h.t.Fatal(err)
	}
	return login, token
}

func (h *house) count(table, where string, args ...any) int64 {
	h.t.Helper()
	var n int64
	if err := h.store.db.Table(table).Where(where, args...).Count(&n).Error; err != nil {
		h.t.Fatal(err)
	}
	return n
}

// wantCode fails unless err has that code; "" is success.
func wantCode(t *testing.T, what string, err error, code model.Code) {
	t.Helper()
	if got := model.CodeOf(err); got != code {
		t.Errorf("%s: code %q, want %q (error: %v)", what, got, code, err)
	}
}

// atOnce runs f n times in parallel and counts the outcomes by code.
func atOnce(n int, f func(i int) error) map[model.Code]int {
	var mu sync.Mutex
	codes := map[model.Code]int{}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			code := model.CodeOf(f(i))
			mu.Lock()
			defer mu.Unlock()
			codes[code]++
		})
	}
	wg.Wait()
	return codes
}

func wantCodes(t *testing.T, got, want map[model.Code]int) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("outcomes %v, want %v", got, want)
	}
}
