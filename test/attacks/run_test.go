package attacks

import (
	"testing"
)

// TestAttacks plays everything that needs no server of its own, and then looks at
// what the run has left behind. What the database has a say in is played on each
// kind of it.
func TestAttacks(t *testing.T) {
	attacks := []struct {
		name string
		both bool // kinds of database
		play func(t *testing.T, w *world)
	}{
		{"S1 others' ids and no login", false, othersIDs},
		{"S3 forged fields of frames", true, forgedFrames},
		{"S4 through another conversation", true, otherConversation},
		{"S5 extra fields", true, extraFields},
		{"S5 verbs by role", true, verbsByRole},
		{"S5 doors of communities", true, doors},
		{"S7 foreign origins of sockets", false, foreignSockets},
		{"S8 sockets without a good token", true, badSockets},
		{"S10 tokens", true, tokensAreSecret},
		{"S11 logins that ended", true, endedLogins},
		{"S13 foreign forms", false, foreignForms},
		{"S14 stored passwords", true, storedPasswords},
		{"S15 passwords allowed", false, allowedPasswords},
		{"S26 hostile JSON", false, hostileJSON},
		{"S31 scripts in pages", false, scripts},
		{"S33 SQL in every parameter", true, injections},
		{"S38 line breaks in the log", false, logLines},
		{"S39 hidden addresses", false, hiddenAddresses},
		{"S41 names that look alike", true, lookalikes},
		{"S44 msgids", true, msgids},
		{"S45 parallel calls", true, parallelCalls},
	}
	engines(t, func(t *testing.T, w *world) {
		for _, attack := range attacks {
			if w.mysql && !attack.both {
				continue
			}
			t.Run(attack.name, func(t *testing.T) { attack.play(t, w) })
		}
		t.Run("S2 nothing secret was told", func(t *testing.T) { w.seen.checkTold(t) })
		t.Run("S9 S37 nothing secret was logged", func(t *testing.T) { w.seen.checkLogged(t, w.server.Log()) })
	})
}
