package attacks

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// What a secret of a run looks like, see newPasswd, secretBody and person.
var (
	passwdShape = regexp.MustCompile(`pw-[A-Z2-7]{12}`)
	bodyShape   = regexp.MustCompile(`said-[A-Z2-7]{12}`)
	mobileShape = regexp.MustCompile(`139\d{8}`)
	tokenShape  = regexp.MustCompile(`[A-Za-z0-9+/_-]{43,}`)
)

// transcript is what everybody got from the server in a run.
type transcript struct {
	tokens  tokens
	mobiles sync.Map // mobile → *person

	mu  sync.Mutex
	all []heard
}

// heard is one answer or frame.
type heard struct {
	by                *person
	what, asked, text string
}

func newTranscript() *transcript {
	return &transcript{tokens: tokens{known: map[string]bool{}}}
}

func (s *transcript) heard(by *person, what, asked, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, heard{by, what, asked, text})
}

// tokens holds every token of a run, as it is and as what could be stored of it.
type tokens struct {
	mu    sync.Mutex
	known map[string]bool
}

func (k *tokens) add(token string) {
	sum := sha256.Sum256([]byte(token))
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, form := range []string{token, hex.EncodeToString(sum[:]), strings.ToUpper(hex.EncodeToString(sum[:])),
		base64.StdEncoding.EncodeToString(sum[:]), base64.RawURLEncoding.EncodeToString(sum[:])} {
		k.known[strings.TrimRight(form, "=")] = true
	}
}

// in returns a token that is in text, or its hash.
func (k *tokens) in(text string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, found := range tokenShape.FindAllString(text, -1) {
		if k.known[found] {
			return found
		}
	}
	return ""
}

// checkTold fails if anybody was told what is not theirs to know (S2).
func (s *transcript) checkTold(t *testing.T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) < 100 {
		t.Errorf("only %d answers and frames: the run was too small to show anything", len(s.all))
	}
	for _, h := range s.all {
		if token := s.tokens.in(h.text); token != "" && h.what != "POST /user/login" {
			t.Errorf("%s told a token or its hash: %.300s", h.what, h.text)
		}
		if strings.Contains(h.text, "argon2") || passwdShape.MatchString(h.text) {
			t.Errorf("%s told a password or its hash: %.300s", h.what, h.text)
		}
		for _, mobile := range mobileShape.FindAllString(h.text, -1) {
			whose, known := s.mobiles.Load(mobile)
			if known && whose.(*person).ID != h.by.ID && !strings.Contains(h.asked, mobile) {
				t.Errorf("%s told user %d the mobile of user %d: %.300s", h.what, h.by.ID, whose.(*person).ID, h.text)
			}
		}
	}
	t.Logf("%d answers and frames, %d mobiles", len(s.all), length(&s.mobiles))
}

// checkLogged fails if the log tells what nobody may read in it (S9, S37).
func (s *transcript) checkLogged(t *testing.T, log string) {
	lines := strings.Split(log, "\n")
	if len(lines) < 100 {
		t.Errorf("only %d lines of log: the run was too small to show anything", len(lines))
	}
	for _, line := range lines {
		if s.tokens.in(line) != "" || passwdShape.MatchString(line) || bodyShape.MatchString(line) || strings.Contains(line, "argon2") {
			t.Errorf("the log tells a token, password or message: %.400s", line)
		}
	}
	t.Logf("%d lines of log", len(lines))
}

func length(m *sync.Map) (n int) {
	m.Range(func(any, any) bool { n++; return true })
	return n
}
