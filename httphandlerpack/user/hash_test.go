package user

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
)

func TestHashIsArgon2id(t *testing.T) {
	h := newHasher()
	phc, err := h.hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`).MatchString(phc) {
		t.Errorf("not the PHC string wanted: %s", phc)
	}
	if again, _ := h.hash(t.Context(), "correct horse"); again == phc {
		t.Error("two hashes of one password are equal: no salt")
	}
}

func TestEveryByteOfAPasswordCounts(t *testing.T) {
	h := newHasher()
	long := strings.Repeat("x", 72)
	tests := []struct{ name, passwd, other string }{
		{"past 72 bytes", long + "a", long + "b"},
		{"past NUL", "pass\x00word", "pass\x00other"},
		{"128th character", strings.Repeat("密", 127) + "码", strings.Repeat("密", 128)},
		{"trailing space", "password ", "password"},
		{"case", "Password", "password"},
		{"empty", "password", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			phc, err := h.hash(t.Context(), tt.passwd)
			if err != nil {
				t.Fatal(err)
			}
			if ok, err := h.verify(t.Context(), phc, tt.passwd); !ok || err != nil {
				t.Errorf("the password itself: %v, %v", ok, err)
			}
			if ok, err := h.verify(t.Context(), phc, tt.other); ok || err != nil {
				t.Errorf("another one: %v, %v", ok, err)
			}
		})
	}
}

func TestNobodysPasswordIsNeverRight(t *testing.T) {
	h := newHasher()
	if ok, err := h.verify(t.Context(), "", "anything"); ok || err != nil {
		t.Errorf("verify without a hash: %v, %v", ok, err)
	}
	var err error
	if h.dummy, err = h.hash(t.Context(), "known"); err != nil {
		t.Fatal(err)
	}
	if ok, err := h.verify(t.Context(), "", "known"); ok || err != nil {
		t.Errorf("verify of what stands in for a hash: %v, %v", ok, err)
	}
	for range cap(h.slots) {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.verify(ctx, "", "anything"); !errors.Is(err, context.Canceled) {
		t.Errorf("without a hash nothing is hashed, which takes less time: %v", err)
	}
}

func TestVerifyRefusesDamagedHashes(t *testing.T) {
	h := newHasher()
	good := h.dummy
	for _, phc := range []string{
		"plain", "$2a$10$abc", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "t=2", "t=0", 1), strings.Replace(good, "m=19456", "m=x", 1), good[:len(good)-8], good + "!", good + "$",
	} {
		if ok, err := h.verify(t.Context(), phc, "anything"); ok || err == nil {
			t.Errorf("%q: %v, %v", phc, ok, err)
		}
	}
}

func TestHashingWaitsForAProcessor(t *testing.T) {
	h := newHasher()
	for range cap(h.slots) {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.hash(ctx, "password"); !errors.Is(err, context.Canceled) {
		t.Errorf("hash with every processor taken: %v, want it to wait until cancelled", err)
	}
}
