package faults

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ginchat/model"
	"ginchat/test/checker"
	"ginchat/test/harness"
)

const (
	// lateLimit is how long after its ack, or after the fault, a message may take (I13).
	lateLimit = 10 * time.Second
	// grossLimit is what no answer to who is not hit by a fault may take. Two busy
	// cores allow no finer judgement; the figures tell the rest (I23).
	grossLimit = 5 * time.Second
	// healLimit is how long any device may take to be served again after a fault.
	healLimit = 30 * time.Second
	// routeLimit is how soon messages go straight to who wants them again, after
	// Redis has lost all it knew.
	routeLimit = 30 * time.Second
)

// ring is three nodes under the load of a town.
type ring struct {
	*harness.Cluster
	crowd  *crowd
	broken bool // a case left the crowd stuck
}

// fault is one case: something is broken under load, held, and healed.
type fault struct {
	name string
	slow bool // left out of the version that every change waits for
	hold time.Duration
	// hurt are the nodes whose devices the fault hits; those of the others have to
	// be served while it lasts.
	hurt       []int
	begin, end func()
	// mute says that answers may not come through, so that devices have to try again.
	mute bool
	// within is how soon after its ack a message must be shown on nodes that are
	// not hurt while the fault lasts, 0 for any time.
	within time.Duration
	// routes says that Redis forgets who is where, which must be mended soon.
	routes bool
}

// times are the moments of a case.
type times struct{ begun, healed, served, all, routed time.Time }

// run plays one case and judges it.
func (r *ring) run(t *testing.T, f fault) {
	if r.broken {
		t.Fatal("an earlier case has left the load stuck")
	}
	c := r.crowd
	c.t, r.broken = t, true
	c.talk()
	c.awaitAnswers(50, healLimit)
	c.fire()
	time.Sleep(rand.N(40 * time.Millisecond))
	at := times{begun: time.Now()}
	f.begin()
	for left := f.hold; left > 0; left -= time.Second {
		time.Sleep(min(left, time.Second))
		c.fire()
	}
	f.end()
	at.healed = time.Now()
	r.awaitServed(&at)
	if f.routes {
		r.awaitRoutes(&at)
	}
	for _, d := range c.devices {
		d.Home()
	}
	c.awaitUp()
	c.hush()
	record := c.collect()
	record.Healed, record.Late = at.healed, lateLimit
	c.judge(record)
	if n := c.silent(); n > 0 && !f.mute {
		t.Errorf("%d sends had no answer within %s on an open socket", n, answerLimit)
	}
	r.tell(at, record, r.judgeOthers(f, at, record))
	c.forget(record)
	r.broken = false
}

// awaitServed waits until every device has had an ack for what it sent after the heal.
func (r *ring) awaitServed(at *times) {
	c := r.crowd
	c.t.Helper()
	volleys := time.NewTicker(300 * time.Millisecond)
	defer volleys.Stop()
	for deadline := at.healed.Add(healLimit); ; {
		var waiting []string
		for _, d := range c.devices {
			if !d.Served(at.healed) {
				waiting = append(waiting, d.Name())
			}
		}
		if len(waiting) < len(c.devices) && at.served.IsZero() {
			if at.served = time.Now(); at.served.Sub(at.healed) > backLimit {
				c.t.Errorf("service was back %s after the fault, want %s", at.served.Sub(at.healed), backLimit)
			}
		}
		if at.all = time.Now(); len(waiting) == 0 {
			return
		}
		if at.all.After(deadline) {
			c.t.Errorf("%d devices were not served within %s of the heal: %v", len(waiting), healLimit, waiting)
			return
		}
		select {
		case <-volleys.C:
			c.fire()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// awaitRoutes waits until hardly any message has to be read from the log, because no
// node forwarded it.
func (r *ring) awaitRoutes(at *times) {
	c := r.crowd
	c.t.Helper()
	const look = 1200 * time.Millisecond // longer than the log waits to be read
	for {
		at.routed = time.Now()
		acked, repaired := c.answered.Load(), r.sum("ginchat_entries_repaired_total")
		c.fire()
		time.Sleep(look)
		acked, repaired = c.answered.Load()-acked, r.sum("ginchat_entries_repaired_total")-repaired
		if acked > 0 && repaired <= float64(acked)/10 {
			return
		}
		if at.routed.Sub(at.begun) > routeLimit {
			c.t.Errorf("%s after Redis lost the routes %.0f deliveries of %d messages were read from the log", routeLimit, repaired, acked)
			return
		}
	}
}

// sum adds up a number of all nodes.
func (r *ring) sum(metric string) (all float64) {
	for _, node := range r.Nodes {
		all += node.Metric(metric)
	}
	return all
}

// judgeOthers looks at how those fared meanwhile whom the fault does not hit, and
// returns what was seen.
func (r *ring) judgeOthers(f fault, at times, record checker.Record) string {
	c := r.crowd
	c.t.Helper()
	others := map[string]bool{}
	for _, d := range c.devices {
		if !slices.Contains(f.hurt, d.home) {
			others[d.Name()] = true
		}
	}
	if len(others) == 0 {
		return ""
	}
	meanwhile := func(t time.Time) bool { return t.After(at.begun) && t.Before(at.healed) }
	var took []time.Duration
	answers := []time.Time{at.begun, at.healed}
	for _, s := range record.Sends {
		if others[s.Device] && meanwhile(s.First) && s.Outcome == checker.Acked {
			took = append(took, s.AckedAt.Sub(s.First))
		}
		if others[s.Device] && meanwhile(s.AckedAt) {
			answers = append(answers, s.AckedAt)
		}
	}
	slices.Sort(took)
	slices.SortFunc(answers, time.Time.Compare)
	var silence time.Duration
	for i := 1; i < len(answers); i++ {
		silence = max(silence, answers[i].Sub(answers[i-1]))
	}
	if p99 := quantile(took, 0.99); p99 > grossLimit || silence > grossLimit {
		c.t.Errorf("who is not hit by the fault: 99 %% of the answers within %s, none for %s, want %s", p99, silence, grossLimit)
	}
	var gaps []time.Duration
	for _, g := range checker.Gaps(record) {
		if others[g.Device] && meanwhile(g.Acked) {
			gaps = append(gaps, g.Took())
		}
	}
	if longest := quantile(gaps, 1); f.within > 0 && longest > f.within {
		c.t.Errorf("while the fault lasted a message came %s after its ack, want %s", longest, f.within)
	}
	return fmt.Sprintf("; not hit, meanwhile: answers p50 %s p99 %s, longest silence %s, ack to member p99 %s longest %s",
		round(quantile(took, 0.5)), round(quantile(took, 0.99)), round(silence), round(quantile(gaps, 0.99)), round(quantile(gaps, 1)))
}

// quantile returns the value below which that part of a sorted list is.
func quantile(sorted []time.Duration, part float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(part*float64(len(sorted)-1))]
}

func round(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// tell prints the case's line.
func (r *ring) tell(at times, record checker.Record, others string) {
	c := r.crowd
	var all, after []time.Duration
	for _, g := range checker.Gaps(record) {
		all = append(all, g.Took())
		if g.Acked.After(at.healed) {
			after = append(after, g.Took())
		}
	}
	if !at.routed.IsZero() {
		others += fmt.Sprintf("; routes back within %s", round(at.routed.Sub(at.begun)))
	}
	fmt.Printf("%s: %d sends, %d entries, %d lost in flight, %d told to retry, slowest answer %s; healed: first served after %s, all after %s; ack to member p99 %s, longest %s, after the heal %s%s\n",
		c.t.Name(), len(record.Sends), entries(record), c.lost(), c.retried(), round(c.slowest()),
		round(at.served.Sub(at.healed)), round(at.all.Sub(at.healed)), round(quantile(all, 0.99)), round(quantile(all, 1)), round(quantile(after, 1)), others)
}

// forget lets the next record begin where this one ends.
func (c *crowd) forget(record checker.Record) {
	last := lasts(record)
	for _, p := range c.places {
		p.base = last[p.name]
	}
	for _, d := range c.devices {
		bases := map[model.Address]int64{}
		for _, of := range d.all() {
			bases[of] = last[of.Name(d.self)]
		}
		d.Forget(bases)
	}
}
