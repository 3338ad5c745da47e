package faults

import (
	"fmt"
	"testing"
	"time"
)

// rolling restarts one node after the other under load. Clients notice nothing but
// that they have to reconnect: every socket is closed with 1012.
func (r *ring) rolling(t *testing.T) {
	if r.broken {
		t.Fatal("an earlier case has left the load stuck")
	}
	c := r.crowd
	c.t, r.broken = t, true
	c.talk()
	at := times{begun: time.Now()}
	for _, node := range r.Nodes {
		c.awaitAnswers(50, healLimit)
		c.fire()
		node.Stop()
		node.Restart()
		c.awaitUp()
	}
	at.healed = time.Now()
	r.awaitServed(&at)
	closed := map[int]int{}
	for _, d := range c.devices {
		for code, n := range d.Closes() {
			closed[code] += n
		}
	}
	if len(closed) != 1 || closed[1012] < len(c.devices) {
		t.Errorf("sockets closed with %v, want 1012 alone, at least once each", closed)
	}
	if c.retried() != 0 || c.silent() != 0 {
		t.Errorf("%d sends were told to retry and %d not answered", c.retried(), c.silent())
	}
	for _, d := range c.devices {
		d.Home()
	}
	c.awaitUp()
	c.hush()
	record := c.collect()
	record.Healed, record.Late = at.healed, lateLimit
	c.judge(record)
	r.tell(at, record, fmt.Sprintf("; %d sockets closed with 1012", closed[1012]))
	c.forget(record)
	r.broken = false
}
