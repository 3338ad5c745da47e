package user

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Argon2id at the cost that OWASP's Password Storage Cheat Sheet
// recommends: 19 MiB, two passes, one lane.
const (
	hashMemory  = 19 * 1024 // KiB
	hashTime    = 2
	hashThreads = 1
	saltBytes   = 16
	keyBytes    = 32
)

// hasher hashes passwords, as many at once as there are processors: a flood
// of logins waits instead of taking 19 MiB each.
type hasher struct {
	slots  chan struct{}
	memory uint32 // KiB
	// dummy is checked when there is no such user, so that the answer takes as long.
	dummy string
}

func newHasher() *hasher {
	return &hasher{
		slots:  make(chan struct{}, runtime.GOMAXPROCS(0)),
		memory: hashMemory,
		dummy:  encode(hashMemory, newSalt(), make([]byte, keyBytes)),
	}
}

// hash returns the PHC string of passwd under a fresh salt. It waits for a
// processor as long as ctx allows.
func (h *hasher) hash(ctx context.Context, passwd string) (string, error) {
	return h.hashIf(ctx, passwd, func() error { return nil })
}

// hashIf is hash, unless wanted returns an error when the processor is there:
// what was so before the wait may be so no more.
func (h *hasher) hashIf(ctx context.Context, passwd string, wanted func() error) (string, error) {
	release, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	if err := wanted(); err != nil {
		return "", err
	}
	salt := newSalt()
	return encode(h.memory, salt, argon2.IDKey([]byte(passwd), salt, hashTime, h.memory, hashThreads, keyBytes)), nil
}

// verify reports whether passwd is what phc was made of. An empty phc is no
// user's and costs the same.
func (h *hasher) verify(ctx context.Context, phc, passwd string) (bool, error) {
	known := phc != ""
	if !known {
		phc = h.dummy
	}
	var version, memory, time uint32
	var threads uint8
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return false, fmt.Errorf("stored password hash is not an Argon2id PHC string")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &threads); err != nil {
		return false, fmt.Errorf("stored password hash has bad parameters: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("stored password hash has a bad salt: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("stored password hash has a bad key: %w", err)
	}
	if version != argon2.Version || len(want) != keyBytes || time == 0 || threads == 0 {
		return false, fmt.Errorf("stored password hash has parameters of another program")
	}
	got, err := h.key(ctx, passwd, salt, time, memory, threads)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

func (h *hasher) key(ctx context.Context, passwd string, salt []byte, time, memory uint32, threads uint8) ([]byte, error) {
	release, err := h.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	return argon2.IDKey([]byte(passwd), salt, time, memory, threads, keyBytes), nil
}

// turn waits for a processor, which release gives back.
func (h *hasher) turn(ctx context.Context) (release func(), err error) {
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
}

// encode writes the PHC string format of Argon2id.
func encode(memory uint32, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, hashTime, hashThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

func newSalt() []byte {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails: crypto/rand ends the process rather than that
	return salt
}
