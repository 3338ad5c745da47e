package user

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ginchat/model"

	"go.uber.org/goleak"
)

func TestTriesEnd(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	tries := newTries(5, func() time.Time { return now })
	for i := range 5 {
		try, err := tries.begin(t.Context(), accountTry("anna"), addressTry("10.0.0.1"))
		if err != nil {
			t.Fatalf("try %d: %v", i+1, err)
		}
		try.end(true)
	}
	for _, keys := range [][]string{
		{accountTry("anna"), addressTry("10.0.0.2")}, // the account, from anywhere
		{accountTry("bert"), addressTry("10.0.0.1")}, // the address, for any account
	} {
		_, err := tries.begin(t.Context(), keys...)
		var refused *model.Error
		if !errors.As(err, &refused) || refused.Code != model.RateLimited || refused.After != 10*time.Second {
			t.Errorf("%v: %v", keys, err)
		}
	}
	for i := range 5 { // the refused ones have not paid on the other key
		try, err := tries.begin(t.Context(), accountTry("bert"))
		if err != nil {
			t.Fatalf("a refused try was paid for: try %d: %v", i+1, err)
		}
		try.end(true)
	}
	now = now.Add(10 * time.Second)
	if _, err := tries.begin(t.Context(), accountTry("anna"), addressTry("10.0.0.1")); err != nil {
		t.Errorf("after 10 s: %v", err)
	}
}

func TestManyMaySignInAtOnce(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	tries := newTries(5, time.Now)
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			try, err := tries.begin(t.Context(), addressTry("10.0.0.1"))
			if err != nil {
				t.Error(err)
				return
			}
			time.Sleep(time.Millisecond)
			try.end(false)
		})
	}
	wg.Wait()
	if len(tries.pending) != 0 || tries.limiter.Len() != 0 {
		t.Errorf("left over: %v, %d buckets", tries.pending, tries.limiter.Len())
	}
}

func TestParallelWrongPasswordsDoNotPassTheLimit(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	now := time.Now()
	tries := newTries(5, func() time.Time { return now })
	var looked atomic.Int64
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			try, err := tries.begin(t.Context(), accountTry("anna"))
			if err == nil {
				looked.Add(1)
				time.Sleep(time.Millisecond)
				try.end(true)
			}
		})
	}
	wg.Wait()
	if n := looked.Load(); n != 5 {
		t.Errorf("%d wrong passwords were looked at, want 5", n)
	}
}

func TestWaitingForOtherTriesEndsWithTheRequest(t *testing.T) {
	tries := newTries(1, time.Now)
	if _, err := tries.begin(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := tries.begin(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error = %v", err)
	}
}

func TestAddressTry(t *testing.T) {
	same := [][2]string{
		{"10.0.0.1", "::ffff:10.0.0.1"},
		{"2001:db8::1", "2001:db8:0:0:ffff::2"},
	}
	for _, s := range same {
		if addressTry(s[0]) != addressTry(s[1]) {
			t.Errorf("%s and %s count apart", s[0], s[1])
		}
	}
	if addressTry("2001:db8::1") == addressTry("2001:db8:0:1::1") || addressTry("10.0.0.1") == addressTry("10.0.0.2") {
		t.Error("different addresses count as one")
	}
}
