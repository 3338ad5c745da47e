package checker

import (
	"cmp"
	"slices"
	"time"
)

// Gap is how long after its ack a device showed a message.
type Gap struct {
	Device       string
	Conversation string
	Seq          int64
	Acked, Shown time.Time
}

// Took is the gap's length; a message that was there before its ack took none.
func (g Gap) Took() time.Duration { return max(0, g.Shown.Sub(g.Acked)) }

// Gaps returns all gaps of a record whose ends are both known.
func Gaps(r Record) []Gap {
	acked := map[key]time.Time{}
	for _, s := range r.Sends {
		if s.Outcome == Acked {
			acked[key{s.Conversation, s.Sender, s.MsgID}] = s.AckedAt
		}
	}
	var gaps []Gap
	for _, v := range r.Views {
		for i, e := range v.Entries[:min(len(v.Entries), len(v.Shown))] {
			shown := v.Shown[i]
			if at, known := acked[key{v.Conversation, e.Sender, e.MsgID}]; known && !e.Event {
				gaps = append(gaps, Gap{v.Device, v.Conversation, e.Seq, at, shown})
			}
		}
	}
	slices.SortFunc(gaps, func(a, b Gap) int { return cmp.Compare(a.Took(), b.Took()) })
	return gaps
}

// late finds what was shown too long after its ack, or after the last fault.
func (c *check) late(r Record) {
	if r.Late == 0 {
		return
	}
	for _, g := range Gaps(r) {
		since := g.Acked
		if r.Healed.After(since) {
			since = r.Healed
		}
		if took := g.Shown.Sub(since); took > r.Late {
			c.report("I13", "%s: %s showed %d only %s after its ack or the fault's end", g.Conversation, g.Device, g.Seq, took)
		}
	}
}
