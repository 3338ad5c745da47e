package attacks

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ginchat/test/harness"
)

// tokensAreSecret looks at many tokens and for them in the database.
func tokensAreSecret(t *testing.T, w *world) {
	p := w.person(t)
	var tokens []string
	var bits [32]byte
	var all [32]byte
	for i := range all {
		all[i] = 0xff
	}
	for range 12 {
		p.login(t)
		raw, err := base64.RawURLEncoding.DecodeString(p.Token)
		if err != nil || len(raw) < 32 {
			t.Fatalf("a token of %d bytes: %v", len(raw), err)
		}
		if slices.Contains(tokens, p.Token) {
			t.Error("a token was given twice")
		}
		for i := range bits { // every bit must have been both
			bits[i] |= raw[i]
			all[i] &= raw[i]
		}
		tokens = append(tokens, p.Token)
	}
	for i := range bits {
		if bits[i] == all[i] {
			t.Errorf("byte %d of all tokens is the same", i)
		}
	}
	stored, hashes := strings.Join(w.open(t).dump(t), "\n"), 0
	for _, token := range tokens {
		if strings.Contains(stored, token) {
			t.Error("a token is in the database")
		}
		if raw, _ := base64.RawURLEncoding.DecodeString(token); strings.Contains(stored, string(raw)) {
			t.Error("a decoded token is in the database")
		}
		if sum := sha256.Sum256([]byte(token)); strings.Contains(stored, string(sum[:])) {
			hashes++
		}
	}
	if hashes != len(tokens) {
		t.Errorf("%d of %d hashes were found: did the search look where the logins are?", hashes, len(tokens))
	}
}

// storedPasswords looks at what is kept of passwords.
func storedPasswords(t *testing.T, w *world) {
	p := w.person(t)
	var version, memory, passes, lanes int
	stored := w.open(t).text(t, "SELECT passwd FROM users WHERE id = ?", p.ID)
	if _, err := fmt.Sscanf(stored, "$argon2id$v=%d$m=%d,t=%d,p=%d$", &version, &memory, &passes, &lanes); err != nil {
		t.Fatalf("stored as %q: %v", stored, err)
	}
	if version != 19 || memory < 19*1024 || passes < 2 || lanes < 1 {
		t.Errorf("stored as %q: too cheap", stored)
	}
	if strings.Contains(strings.Join(w.open(t).dump(t), "\n"), p.Passwd) {
		t.Error("the password is in the database")
	}
	twin := &person{w: w, Mobile: "twin" + nonce(), Passwd: p.Passwd}
	w.stranger().post(t, "/user/register", "mobile", twin.Mobile, "passwd", twin.Passwd).want(t, http.StatusOK).data(t, &twin.ID, "id")
	if w.open(t).text(t, "SELECT passwd FROM users WHERE id = ?", twin.ID) == stored {
		t.Error("equal passwords have equal hashes")
	}
	secret := newPasswd()
	for name, passwd := range map[string][2]string{
		"after 72 bytes": {secret + strings.Repeat("x", 60) + "a", secret + strings.Repeat("x", 60) + "b"},
		"after NUL":      {secret + "\x00a", secret + "\x00b"},
		"by case":        {secret + "a", secret + "A"},
		"by a space":     {secret + " ", secret},
		"by composition": {secret + "é", secret + "e\u0301"},
	} {
		t.Run(name, func(t *testing.T) {
			mobile := "cut" + nonce()
			w.stranger().post(t, "/user/register", "mobile", mobile, "passwd", passwd[0]).want(t, http.StatusOK)
			w.stranger().post(t, "/user/login", "mobile", mobile, "passwd", passwd[1]).refused(t, http.StatusUnauthorized, "unauthenticated")
			var token string
			w.stranger().post(t, "/user/login", "mobile", mobile, "passwd", passwd[0]).want(t, http.StatusOK).data(t, &token, "token")
			w.seen.tokens.add(token)
		})
	}
}

// allowedPasswords chooses good and bad passwords.
func allowedPasswords(t *testing.T, w *world) {
	p := w.person(t)
	tests := []struct {
		name, passwd string
		status       int
	}{
		{"empty", "", 400}, {"7", "aX7$qP2", 400}, {"7 that are 21 bytes", "密码密码密码密", 400},
		{"8", nonce()[:8], 200}, {"64", strings.Repeat("x9", 32), 200}, {"128", strings.Repeat("zQ", 64), 200}, {"129", strings.Repeat("z", 129), 400},
		{"128 emoji", strings.Repeat("🔑", 128), 200}, {"8 of any script", "пароль密碼é", 200}, {"spaces within", "a b c d e f", 200},
		{"common", "password", 400}, {"common 2", "12345678", 400}, {"common 3", "qwertyuiop", 400}, {"common 4", "iloveyou", 400},
		{"common in capitals", "PassWord", 400}, {"common 5", "1q2w3e4r", 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.stranger().post(t, "/user/register", "mobile", "pw"+nonce(), "passwd", tt.passwd).want(t, tt.status)
			changer := *p
			if tt.status == http.StatusOK {
				changer = *w.person(t)
			}
			changer.post(t, "/user/passwd", "old", changer.Passwd, "new", tt.passwd).want(t, tt.status)
		})
	}
}

// TestGuessing tries passwords as fast as it can, with the limits as shipped (S16).
func TestGuessing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, harness.Flags("--limits.login_tries=5"))
	guess := func(t *testing.T, mobile string, more ...string) answer {
		t.Helper()
		r := w.request(t, "POST", "/user/login", form("mobile", mobile, "passwd", newPasswd()).Encode())
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i+1 < len(more); i += 2 {
			r.Header.Set(more[i], more[i+1])
		}
		return w.do(t, w.stranger(), r)
	}
	owner, other := w.person(t), w.person(t)
	refusedAt := 0
	for try := 1; try <= 100; try++ {
		a := guess(t, owner.Mobile, "X-Forwarded-For", fmt.Sprintf("10.0.%d.%d", try/256, try%256), "X-Real-IP", fmt.Sprintf("10.1.0.%d", try),
			"Forwarded", fmt.Sprintf("for=10.2.0.%d", try), "CF-Connecting-IP", "10.3.0.1")
		switch {
		case a.Status == http.StatusTooManyRequests:
			a.refused(t, http.StatusTooManyRequests, "rate_limited")
			if a.Header.Get("Retry-After") == "" || a.Header.Get("Retry-After") == "0" {
				t.Errorf("Retry-After %q", a.Header.Get("Retry-After"))
			}
			if refusedAt == 0 {
				refusedAt = try
			}
		case refusedAt > 0 && try < 50:
			t.Errorf("try %d got %d after a refusal", try, a.Status)
		default:
			a.want(t, http.StatusUnauthorized)
		}
	}
	if refusedAt == 0 || refusedAt > 11 {
		t.Errorf("refused first at try %d, want 11 at the latest", refusedAt)
	}
	// The address is used up, for other accounts too.
	guess(t, other.Mobile).refused(t, http.StatusTooManyRequests, "rate_limited")
	t.Run("a trusted proxy is believed", func(t *testing.T) {
		w := newWorld(t, harness.Flags("--limits.login_tries=5", "--server.trusted_proxies=127.0.0.1"))
		for try := range 8 {
			r := w.request(t, "POST", "/user/login", form("mobile", "nobody"+nonce(), "passwd", newPasswd()).Encode())
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.9.9.%d", try))
			w.do(t, w.stranger(), r).want(t, http.StatusUnauthorized)
		}
	})
}

// TestUnknownUser compares a wrong password with an account that does not exist (S17).
func TestUnknownUser(t *testing.T) {
	w := newWorld(t)
	known := w.person(t)
	try := func(mobile string) (answer, time.Duration) {
		start := time.Now()
		a := w.stranger().post(t, "/user/login", "mobile", mobile, "passwd", newPasswd())
		return a, time.Since(start)
	}
	var wrong, unknown []time.Duration
	for range 15 {
		a, took := try(known.Mobile)
		wrong = append(wrong, took)
		b, took := try("none" + nonce())
		unknown = append(unknown, took)
		c, _ := try("no such account\x00")
		for _, other := range []answer{b, c} {
			if a.Status != http.StatusUnauthorized || other.Status != a.Status || other.Body != a.Body {
				t.Fatalf("wrong password: %d %s; no such user: %d %s", a.Status, a.Body, other.Status, other.Body)
			}
		}
	}
	a, b := fastHalf(wrong), fastHalf(unknown)
	if ratio := float64(a) / float64(b); ratio > 1.6 || ratio < 1/1.6 {
		t.Errorf("a wrong password takes %s, an unknown user %s", a, b)
	}
}

// fastHalf returns the mean of the faster half, which noise does not reach.
func fastHalf(took []time.Duration) (mean time.Duration) {
	slices.Sort(took)
	half := took[:len(took)/2+1]
	for _, d := range half {
		mean += d
	}
	return mean / time.Duration(len(half))
}
