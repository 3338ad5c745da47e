package faults

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"ginchat/test/harness"
	"ginchat/test/services"
)

// A server that is killed again and again under load loses nothing that was acked,
// stores nothing twice, and keeps one order: I1 to I9 and I24.
func TestServerKilled(t *testing.T) {
	each(t, func(t *testing.T, on harness.Option) {
		kills := 6
		if full() {
			kills = 100
		}
		server := harness.Start(t, on)
		c := newCrowd(t, village(20), server)
		c.talk()
		started := time.Now()
		for range kills {
			c.awaitUp()
			c.awaitAnswers(100, 30*time.Second)
			c.fire()
			time.Sleep(rand.N(40 * time.Millisecond)) // before, during or after the commits
			server.Kill9()
			server.Restart()
		}
		c.awaitAnswers(100, 30*time.Second)
		took := time.Since(started)
		record := c.finish()
		if want := int64(30 * kills); c.lost() < want {
			t.Errorf("only %d sends were on their way at a kill, want %d", c.lost(), want)
		}
		c.report(record, fmt.Sprintf("%d kills in %.1f s, %d sends on their way at a kill", kills, took.Seconds(), c.lost()))
	})
}

// each runs f on SQLite and on a MariaDB that has every commit on the disk
// before it answers.
func each(t *testing.T, f func(t *testing.T, on harness.Option)) {
	t.Run("sqlite", func(t *testing.T) { f(t, harness.Flags()) })
	t.Run("mariadb", func(t *testing.T) { f(t, harness.MySQL(services.StartMariaDB(t, true).Database())) })
}
