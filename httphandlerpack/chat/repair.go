package chat

import (
	"context"
	"time"

	"ginchat/model"

	"go.uber.org/zap"
)

// repair is what the log had after the cursors of some conversations.
type repair struct {
	ranges  []entryRange
	entries []model.Message
	err     error
}

// startRepair reads from the log what is overdue, and otherwise returns when the
// next gap will be; ok is false when there is none, or a read is under way.
func (d *deliverer) startRepair(ctx context.Context) (wait time.Duration, ok bool) {
	if d.reading || len(d.gaps) == 0 {
		return 0, false
	}
	var ranges []entryRange
	var settle []int64
	entries := int64(0)
	next, now := time.Hour, time.Now()
	for conversation, g := range d.gaps {
		if left := g.due.Sub(now); left > 0 {
			next = min(next, left)
			continue
		}
		if len(ranges) == maxRanges || entries > maxEntries-repairPage {
			break
		}
		at := d.cursors[conversation].seq
		r := entryRange{conversation, at, min(g.through, at+repairPage)}
		if g.settle {
			settle = append(settle, conversation)
			r.through = at + repairPage
		}
		ranges = append(ranges, r)
		entries += r.through - r.after
	}
	if len(ranges) == 0 {
		return next, true
	}
	d.reading = true
	go func() { d.repairs <- d.read(ctx, ranges, settle) }()
	return 0, false
}

func (d *deliverer) read(ctx context.Context, ranges []entryRange, settle []int64) repair {
	ctx, cancel := context.WithTimeout(ctx, txTimeout)
	defer cancel()
	for _, conversation := range settle {
		if err := d.store.Settle(ctx, conversation); err != nil {
			return repair{ranges: ranges, err: err}
		}
	}
	entries, err := d.store.Ranges(ctx, ranges)
	return repair{ranges, entries, err}
}

// repaired delivers what was read.
func (d *deliverer) repaired(r repair) {
	if r.err != nil {
		d.log.Warn("repair has to wait", zap.Int("conversations", len(r.ranges)), zap.Error(r.err))
		d.postpone(r.ranges)
		return
	}
	for i := range r.entries {
		m := &r.entries[i]
		at, known := d.cursors[m.ConversationID]
		if known && m.Seq == at.seq+1 {
			d.hub.repaired.Add(1)
			d.hand(newEntry(m, at.parties))
		}
	}
	for _, read := range r.ranges {
		g := d.gaps[read.conversation]
		if g == nil {
			continue
		}
		at := d.cursors[read.conversation].seq
		if at < read.through {
			g.settle = false // the log had no more
		}
		if at > read.after {
			g.tries = 0
		} else if g.tries++; g.tries == repairTries {
			d.log.Error("entries are missing in the log", zap.Int64("conversation", read.conversation), zap.Int64("after", at))
			delete(d.gaps, read.conversation)
			continue
		} else {
			g.due = time.Now().Add(repairPause)
		}
		d.catchUp(read.conversation)
	}
}

// postpone tries again after a pause.
func (d *deliverer) postpone(ranges []entryRange) {
	for _, read := range ranges {
		if g := d.gaps[read.conversation]; g != nil {
			g.due = time.Now().Add(repairPause)
		}
	}
}
