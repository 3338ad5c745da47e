package user

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"ginchat/model"
	"ginchat/util"
)

const (
	// tryEvery is how long one wrong password takes to be forgiven.
	tryEvery = 10 * time.Second
	// tryKeys bounds the accounts and addresses remembered, some 20 MB.
	tryKeys = 100_000
)

// tries limits wrong passwords, per account and per address. A try is paid for
// before the password is looked at, so that parallel tries cannot pass the limit,
// and given back when the password was right. While others of the same key are
// being checked, a further one waits for their outcome and is not refused: many
// people behind one address may sign in at once.
type tries struct {
	limiter *util.Limiter

	mu      sync.Mutex
	pending map[string]int
	settled chan struct{} // closed and renewed when a try ends
}

func newTries(burst int, now func() time.Time) *tries {
	return &tries{
		limiter: util.NewLimiter(burst, tryEvery, tryKeys, now),
		pending: map[string]int{},
		settled: make(chan struct{}),
	}
}

// try is one look at a password.
type try struct {
	tries *tries
	keys  []string
}

// begin pays for a try on every key. RateLimited says how long to wait; ctx
// bounds the waiting for others.
func (t *tries) begin(ctx context.Context, keys ...string) (*try, error) {
	for {
		settled, wait, ok := t.take(keys)
		if ok {
			return &try{tries: t, keys: keys}, nil
		}
		if settled == nil {
			err := model.Errorf(model.RateLimited, "too many wrong passwords; try again later")
			err.After = wait
			return nil, err
		}
		select {
		case <-settled:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for other tries: %w", ctx.Err())
		}
	}
}

// take pays for all keys or none. When a key has no token left but a try pending
// that may give one back, it returns a channel that is closed at the next outcome.
func (t *tries) take(keys []string) (settled chan struct{}, wait time.Duration, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, key := range keys {
		wait, ok := t.limiter.Allow(key)
		if ok {
			continue
		}
		for _, paid := range keys[:i] {
			t.limiter.GiveBack(paid)
		}
		if t.pending[key] > 0 {
			return t.settled, 0, false
		}
		return nil, wait, false
	}
	for _, key := range keys {
		t.pending[key]++
	}
	return nil, 0, true
}

// end says how the try went; a wrong password uses it up.
func (y *try) end(wrong bool) {
	t := y.tries
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, key := range y.keys {
		if !wrong {
			t.limiter.GiveBack(key)
		}
		if t.pending[key]--; t.pending[key] == 0 {
			delete(t.pending, key)
		}
	}
	close(t.settled)
	t.settled = make(chan struct{})
}

func accountTry(key string) string { return "account " + key }

// addressTry counts an IPv6 network of 64 bits as one address: whoever has one
// has all of it.
func addressTry(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return "address " + ip
	}
	addr = addr.Unmap()
	if addr.Is6() {
		if prefix, err := addr.Prefix(64); err == nil {
			return "address " + prefix.String()
		}
	}
	return "address " + addr.String()
}
