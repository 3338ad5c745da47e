package checker

import (
	"cmp"
	"slices"
	"time"
)

// pipelines checks that sends on one socket kept their order within a conversation.
func (c *check) pipelines(sends []Send) {
	type lane struct{ conversation, name string }
	lanes := map[lane][]Send{}
	for _, s := range sends {
		if s.Lane != "" && len(s.Seqs) > 0 {
			l := lane{s.Conversation, s.Lane}
			lanes[l] = append(lanes[l], s)
		}
	}
	for l, list := range lanes {
		slices.SortFunc(list, func(a, b Send) int { return cmp.Compare(a.Place, b.Place) })
		for i := 1; i < len(list); i++ {
			if list[i].Seqs[0] < list[i-1].Seqs[0] {
				c.report("I6", "%s: %s was sent after %s on %s and is %d before %d", l.conversation,
					list[i].MsgID, list[i-1].MsgID, l.name, list[i].Seqs[0], list[i-1].Seqs[0])
			}
		}
	}
}

// causes checks that what was sent after an ack had been read comes after it.
func (c *check) causes(sends []Send) {
	conversations := map[string][]Send{}
	for _, s := range sends {
		if s.Outcome == Acked && len(s.Seqs) > 0 {
			conversations[s.Conversation] = append(conversations[s.Conversation], s)
		}
	}
	for conversation, list := range conversations {
		slices.SortFunc(list, func(a, b Send) int { return cmp.Compare(a.Seqs[0], b.Seqs[0]) })
		var latest time.Time // the latest first attempt among lower seqs
		var whose string
		for _, s := range list {
			if s.AckedAt.Before(latest) {
				c.report("I7", "%s: %s was acked before %s was sent and comes after it", conversation, s.MsgID, whose)
			}
			if s.First.After(latest) {
				latest, whose = s.First, s.MsgID
			}
		}
	}
}
