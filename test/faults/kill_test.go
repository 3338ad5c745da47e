package faults

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"ginchat/test/harness"
	"ginchat/test/services"
)

// A server that is killed twenty times under load loses nothing that was acked,
// stores nothing twice, and keeps one order: I1 to I9 and I24.
func TestServerKilled(t *testing.T) {
	each(t, func(t *testing.T, on harness.Option) {
		kills := 20
		if full() {
			kills = 100
		}
		c := newCrowd(t, harness.Start(t, on), 20)
		c.talk()
		started := time.Now()
		for range kills {
			c.awaitUp()
			c.awaitAnswers(100, 30*time.Second)
			c.fire()
			time.Sleep(rand.N(40 * time.Millisecond)) // before, during or after the commits
			c.server.Kill9()
			c.server.Restart()
		}
		c.awaitAnswers(100, 30*time.Second)
		took := time.Since(started)
		record := c.finish()
		if c.lost() < 1000 {
			t.Errorf("only %d sends were on their way at a kill, want 1000", c.lost())
		}
		c.judge(record, fmt.Sprintf("%d kills in %.1f s, %d sends on their way at a kill", kills, took.Seconds(), c.lost()))
	})
}

// each runs f on SQLite and on a MariaDB that has every commit on the disk
// before it answers.
func each(t *testing.T, f func(t *testing.T, on harness.Option)) {
	t.Run("sqlite", func(t *testing.T) { f(t, harness.Flags()) })
	t.Run("mariadb", func(t *testing.T) { f(t, harness.MySQL(services.StartMariaDB(t, true).Database())) })
}
