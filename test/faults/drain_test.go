package faults

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"ginchat/test/harness"
)

// A server told to stop under load ends with status 0, says goodbye to every
// socket with a delay, and loses nothing; the devices come back by themselves.
func TestDrain(t *testing.T) {
	t.Parallel() // it is mostly waiting
	each(t, func(t *testing.T, on harness.Option) {
		server := harness.Start(t, on)
		c := newCrowd(t, village(8), server)
		idle := []*harness.Socket{c.people[0].Dial(), c.people[1].Dial(), c.people[2].Dial()}
		c.talk()
		stops := 2
		if full() {
			stops = 10
		}
		var took time.Duration
		delays := map[string]bool{}
		for n := range stops {
			c.awaitAnswers(50, 30*time.Second)
			c.fire()
			began := time.Now()
			server.Stop()
			took = max(took, time.Since(began))
			if n == 0 {
				for _, s := range idle {
					code, delay, err := s.AwaitClose(5 * time.Second)
					if ms, notNumber := strconv.Atoi(delay); err != nil || code != 1012 || notNumber != nil || ms < 0 {
						t.Errorf("closed with %d %q, %v; want 1012 and a delay", code, delay, err)
					}
					delays[delay] = true
				}
			}
			server.Restart()
			c.awaitUp()
		}
		c.awaitAnswers(50, 30*time.Second)
		if len(delays) == 1 {
			t.Errorf("all three sockets got the same delay %v", delays)
		}
		record := c.finish()
		c.report(record, fmt.Sprintf("%d stops under load, slowest %.1f s", stops, took.Seconds()))
	})
}
