// Package util holds small helpers with one job each and more than one user.
package util

import (
	"sync"
	"time"
)

// Limiter is a set of token buckets, one for each key. A key may act burst times
// at once and then once every interval.
//
// A bucket is kept as the moment at which it is full again (the theoretical
// arrival time of GCRA). So a token can be given back long after it was taken,
// which golang.org/x/time/rate does not allow, and a key costs one time value.
type Limiter struct {
	every time.Duration
	depth time.Duration // burst*every: how long an empty bucket takes to fill
	keys  int
	now   func() time.Time

	mu   sync.Mutex
	full map[string]time.Time
}

const (
	// sweepSteps is how many buckets each new key looks at to drop full ones,
	// and evictSteps how many when there is no room.
	sweepSteps = 4
	evictSteps = 64
)

// NewLimiter returns a Limiter that remembers at most keys keys. With more than
// that, the buckets nearest to full are forgotten first. A burst or interval of 0
// allows everything. now tells the time; nil means time.Now.
func NewLimiter(burst int, every time.Duration, keys int, now func() time.Time) *Limiter {
	if now == nil {
		now = time.Now
	}
	return &Limiter{
		every: every, depth: time.Duration(burst) * every, keys: keys, now: now,
		full: make(map[string]time.Time),
	}
}

// Allow takes a token of key. When there is none it takes nothing and says how
// long it is until there will be one.
func (l *Limiter) Allow(key string) (wait time.Duration, ok bool) {
	if l.depth <= 0 {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	full, known := l.full[key]
	if full.Before(now) {
		full = now
	}
	full = full.Add(l.every)
	if wait := full.Sub(now) - l.depth; wait > 0 {
		return wait, false
	}
	if !known {
		l.makeRoom(now)
	}
	l.full[key] = full
	return 0, true
}

// GiveBack undoes one Allow of key that was ok.
func (l *Limiter) GiveBack(key string) {
	if l.depth <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	full, known := l.full[key]
	if !known {
		return
	}
	full = full.Add(-l.every)
	if full.After(l.now()) {
		l.full[key] = full
	} else {
		delete(l.full, key)
	}
}

// Len returns how many buckets are remembered.
func (l *Limiter) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.full)
}

// makeRoom drops full buckets among a few looked at by chance and, when that was
// not enough, the fullest of them. The cost is bounded, whatever the number of keys.
func (l *Limiter) makeRoom(now time.Time) {
	crowded := len(l.full) >= l.keys
	left := sweepSteps
	if crowded {
		left = evictSteps
	}
	var fullest string
	var at time.Time
	for key, full := range l.full { // map order is random
		if !full.After(now) {
			delete(l.full, key)
		} else if at.IsZero() || full.Before(at) {
			fullest, at = key, full
		}
		if left--; left == 0 {
			break
		}
	}
	if len(l.full) >= l.keys && crowded {
		delete(l.full, fullest)
	}
}
