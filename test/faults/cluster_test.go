package faults

import (
	"testing"

	"ginchat/test/harness"
)

// Three nodes lose nothing that was acked, store nothing twice and keep one order,
// whichever part dies, and heal by themselves: I1 to I9, I11 to I16, I18 and I23
// to I26.
func TestCluster(t *testing.T) {
	cluster := harness.StartCluster(t, 3)
	r := &ring{Cluster: cluster, crowd: newCrowd(t, town(), cluster.Servers(0)...)}
	probes := startProber(t, r)
	t.Run("beginnings", r.beginnings)
	var before usage
	for i, f := range r.faults() {
		if !f.slow || full() {
			t.Run(f.name, func(t *testing.T) { r.run(t, f) })
		}
		if i == 0 { // the first is none
			before = r.usage()
		}
	}
	probes.end()
	t.Run("rolling restart", r.rolling)
	t.Run("fan-out", r.fanout)
	t.Run("removals without redis", r.removals)
	t.Run("ended logins without redis", r.logins)
	t.Run("leaks", func(t *testing.T) { r.leaks(t, before) })
}

// beginnings has everybody write to all friends at once, so that both sides begin
// their conversations on different nodes at the same moment.
func (r *ring) beginnings(t *testing.T) {
	c := r.crowd
	c.t = t
	for _, d := range c.devices {
		c.talking.Go(func() {
			for _, to := range d.private {
				d.Say(to, "the first word")
			}
		})
	}
	c.talking.Wait()
	record := c.collect()
	c.judge(record)
	c.forget(record)
}
