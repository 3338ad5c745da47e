package chat

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
)

// How two nodes prove to each other that they have the same secret, without
// sending it and without clocks. The caller sends a challenge with the call; the
// answerer returns its own challenge and its proof over both as header; the
// caller checks that and sends its proof as the first batch. A stranger whose
// address got among the nodes' thus learns neither secret nor messages.

// The names of the metadata that carry challenges and proofs.
const (
	ChallengeKey = "ginchat-challenge-bin"
	ProofKey     = "ginchat-proof-bin"
)

// ChallengeSize is the length of a challenge in bytes.
const ChallengeSize = 32

// NewChallenge returns a challenge that was never used.
func NewChallenge() []byte {
	challenge := make([]byte, ChallengeSize)
	rand.Read(challenge) // never fails: crypto/rand ends the process rather than that
	return challenge
}

// Prove returns the proof of one side: "caller" or "answerer".
func Prove(secret, side string, caller, answerer []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("ginchat peer " + side))
	mac.Write(caller)
	mac.Write(answerer)
	return mac.Sum(nil)
}

// Proved reports whether proof is that of the side.
func Proved(proof []byte, secret, side string, caller, answerer []byte) bool {
	return hmac.Equal(proof, Prove(secret, side, caller, answerer))
}
