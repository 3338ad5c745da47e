package util

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// clock is a time that tests move by hand.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time              { return time.Unix(1_700_000_000, c.at.Load()) }
func (c *clock) advance(d time.Duration)     { c.at.Add(int64(d)) }
func allowed(_ time.Duration, ok bool) bool  { return ok }
func waiting(w time.Duration, _ bool) string { return w.String() }

func TestLimiterFillsOverTime(t *testing.T) {
	var now clock
	l := NewLimiter(3, 10*time.Second, 10, now.now)
	for i := range 3 {
		if !allowed(l.Allow("a")) {
			t.Fatalf("try %d was refused", i+1)
		}
	}
	if got := waiting(l.Allow("a")); got != "10s" {
		t.Errorf("an empty bucket says to wait %s, want 10s", got)
	}
	if !allowed(l.Allow("b")) {
		t.Error("another key was refused")
	}
	now.advance(4 * time.Second)
	if got := waiting(l.Allow("a")); got != "6s" {
		t.Errorf("after 4 s it says to wait %s, want 6s", got)
	}
	now.advance(6 * time.Second)
	if !allowed(l.Allow("a")) || allowed(l.Allow("a")) {
		t.Error("after 10 s there is not exactly one token")
	}
	now.advance(time.Hour)
	for i := range 3 {
		if !allowed(l.Allow("a")) {
			t.Fatalf("after an hour try %d was refused", i+1)
		}
	}
	if allowed(l.Allow("a")) {
		t.Error("a bucket holds more than its burst")
	}
}

func TestLimiterTakesTokensBack(t *testing.T) {
	var now clock
	l := NewLimiter(1, time.Second, 10, now.now)
	for range 5 {
		if !allowed(l.Allow("a")) {
			t.Fatal("refused though every token was given back")
		}
		now.advance(20 * time.Millisecond)
		l.GiveBack("a")
	}
	l.GiveBack("a") // of a full bucket, and of an unknown key, it is nothing
	l.GiveBack("b")
	if !allowed(l.Allow("a")) || allowed(l.Allow("a")) {
		t.Error("giving back made more than the burst")
	}
}

func TestLimiterSwitchedOff(t *testing.T) {
	for _, l := range []*Limiter{NewLimiter(0, time.Second, 1, nil), NewLimiter(5, 0, 1, nil)} {
		for range 100 {
			if !allowed(l.Allow("a")) {
				t.Fatal("a limit of 0 refuses")
			}
		}
		l.GiveBack("a")
	}
}

func TestLimiterMemoryIsBounded(t *testing.T) {
	var now clock
	l := NewLimiter(2, time.Second, 100, now.now)
	l.Allow("deep")
	l.Allow("deep")
	for i := range 1000 {
		l.Allow(fmt.Sprint("key", i))
		if n := l.Len(); n > 100 {
			t.Fatalf("%d keys are remembered, want at most 100", n)
		}
	}
	if allowed(l.Allow("deep")) {
		t.Error("an empty bucket was forgotten though fuller ones were there")
	}
	now.advance(time.Minute)
	for i := range 100 {
		l.Allow(fmt.Sprint("later", i))
		now.advance(time.Minute)
	}
	if n := l.Len(); n > 10 {
		t.Errorf("%d buckets are remembered though all but one are full", n)
	}
}

func TestLimiterIsExactInParallel(t *testing.T) {
	var now clock
	l := NewLimiter(50, time.Second, 10, now.now)
	var passed atomic.Int64
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			if allowed(l.Allow("a")) {
				passed.Add(1)
			}
		})
	}
	wg.Wait()
	if n := passed.Load(); n != 50 {
		t.Errorf("%d of 200 passed, want 50", n)
	}
}
