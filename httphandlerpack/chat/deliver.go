package chat

import (
	"context"
	"time"

	"ginchat/model"

	"go.uber.org/zap"
)

const (
	deliveryQueue = 64 // deliveries that wait
	// holdFor is how long an entry that came too early waits for those before it,
	// which are most likely on their way from another node.
	holdFor     = 50 * time.Millisecond
	repairPage  = 200
	repairPause = time.Second
	repairTries = 10
	maxEarly    = 256 // entries kept for one conversation while some before them are missing
	minSweep    = 4096
)

// delivery is what a deliverer is told; most have one part only.
type delivery struct {
	batch    []*send           // committed here
	recheck  bool              // the batch's outcome is unknown
	received []model.Forwarded // committed on another node
	marks    []model.Mark
	ranges   []model.Range // committed on another node, by the commit log
	seeds    []followed    // conversations that somebody begins to follow
	restart  bool          // nothing that is known counts any more
}

// followed is a conversation that somebody on this node follows, and its last seq.
type followed struct {
	conversation int64
	parties      model.Parties
	seq          int64
}

// entry is a stored entry on its way to the sessions of this node.
type entry struct {
	conversation int64
	parties      model.Parties
	seq          int64
	op           model.Op
	target       int64
	message      *model.Message // what to make the frame of, unless there is one
	frame        *Frame
	origin       *Session // the ack stands for its delivery there
}

func newEntry(m *model.Message, p model.Parties) *entry {
	return &entry{conversation: m.ConversationID, parties: p, seq: m.Seq, op: m.Op, target: m.Target, message: m}
}

// cursor says how far the sessions of this node have a conversation.
type cursor struct {
	seq     int64
	parties model.Parties
}

// gap is a conversation in which entries after the cursor exist and have not come.
type gap struct {
	due     time.Time // when to read them from the log
	through int64     // the last that is known to exist
	settle  bool      // a commit's outcome is unknown: there may be more
	early   map[int64]*entry
	marks   []model.Mark // for who has all entries through Mark.After
	tries   int          // reads that found nothing
}

// deliverer hands the entries of its committer's conversations to the hub, in
// seq order and without holes, wherever they were stored. The log is the truth:
// an entry that does not come by itself is read from there.
//
//  1. Its goroutine (run) alone touches its state, and MUST NOT wait for the
//     database, Redis, a socket or another node.
//  2. An entry MUST be handed to the hub only when all before it were, counted
//     from what the conversation's first follower on this node could read.
//  3. A conversation nobody on this node follows has no cursor.
type deliverer struct {
	store   *Store
	hub     *Hub
	outward func(*model.Batch) // tells the other nodes; nil for a single one
	log     *zap.Logger
	work    chan delivery
	repairs chan repair
	cursors map[int64]cursor
	gaps    map[int64]*gap
	reading bool // one repair at a time
	sweepAt int
}

func newDeliverer(store *Store, hub *Hub, outward func(*model.Batch), log *zap.Logger) *deliverer {
	return &deliverer{
		store: store, hub: hub, outward: outward, log: log,
		work:    make(chan delivery, deliveryQueue),
		repairs: make(chan repair, 1),
		cursors: map[int64]cursor{},
		gaps:    map[int64]*gap{},
		sweepAt: minSweep,
	}
}

// run delivers until work is closed. ctx ends repairs, which would else wait
// for a database that is away.
func (d *deliverer) run(ctx context.Context) {
	due := time.NewTimer(time.Hour)
	defer due.Stop()
	for {
		select {
		case one, ok := <-d.work:
			if !ok {
				if d.reading {
					<-d.repairs
				}
				return
			}
			d.take(one)
		case r := <-d.repairs:
			d.reading = false
			d.repaired(r)
		case <-due.C:
		}
		if wait, ok := d.startRepair(ctx); ok {
			due.Reset(wait)
		}
	}
}

func (d *deliverer) take(one delivery) {
	switch {
	case one.restart:
		clear(d.cursors)
		clear(d.gaps)
	case one.recheck:
		d.recheck(one.batch)
	case one.batch != nil:
		d.committed(one.batch)
	}
	for i := range one.received {
		f := &one.received[i]
		d.entry(&entry{conversation: f.Conversation, parties: f.Parties, seq: f.Seq, op: f.Op, target: f.Target,
			frame: &Frame{Bytes: f.Frame, Counted: true, Conversation: f.Conversation, Seq: f.Seq}})
	}
	for _, m := range one.marks {
		d.mark(m)
	}
	for _, r := range one.ranges {
		d.listed(r)
	}
	for _, f := range one.seeds {
		if _, known := d.cursors[f.conversation]; !known {
			d.cursors[f.conversation] = cursor{f.seq, f.parties}
		}
	}
	d.sweep()
}

// committed delivers what this node has stored, here and to the other nodes.
func (d *deliverer) committed(batch []*send) {
	var entries []*entry
	for _, sent := range batch {
		if sent.stored() {
			e := newEntry(&sent.msg, sent.parties)
			e.origin = sent.origin
			entries = append(entries, e)
		}
	}
	if d.outward != nil && len(entries) > 0 {
		out := &model.Batch{Entries: make([]model.Forwarded, len(entries))}
		for i, e := range entries {
			out.Entries[i] = model.Forwarded{Conversation: e.conversation, Parties: e.parties, Seq: e.seq, Op: e.op, Target: e.target,
				Frame: d.hub.frameOf(e).Bytes}
		}
		d.outward(out)
	}
	for _, e := range entries {
		d.entry(e)
	}
	for _, sent := range batch {
		if sent.change != nil {
			sent.done(sent.outcome())
		}
	}
}

// recheck looks for entries of sends whose commit's outcome is unknown.
func (d *deliverer) recheck(batch []*send) {
	for _, sent := range batch {
		if !d.hub.follows(sent.parties) {
			continue
		}
		if _, known := d.cursors[sent.conversation]; !known {
			d.cursors[sent.conversation] = cursor{sent.lockedSeq, sent.parties}
		}
		g := d.await(sent.conversation, 0)
		g.settle, g.due = true, time.Now()
	}
}

// entry delivers one entry if it is the next one, and keeps one that came early.
func (d *deliverer) entry(e *entry) {
	if !d.wanted(e.conversation, e.parties, e.op == model.OpJoin, e.target) {
		d.hub.follow(e) // somebody's communities may be being read right now
		return
	}
	at, known := d.cursors[e.conversation]
	if !known {
		at = cursor{e.seq - 1, e.parties}
		if d.outward != nil && e.op != model.OpJoin && e.seq <= repairPage {
			at.seq = 0 // it began after its people came here; its first entries may be on their way from another node
		}
		d.cursors[e.conversation] = at
	}
	switch {
	case e.seq <= at.seq:
	case e.seq == at.seq+1:
		d.hand(e)
		d.catchUp(e.conversation)
	default:
		g := d.await(e.conversation, e.seq)
		if len(g.early) < maxEarly {
			g.early[e.seq] = e
		}
	}
}

// wanted reports whether anybody on this node follows the conversation, or begins
// to by joining, which may be what a gap is about. What nobody follows is forgotten.
func (d *deliverer) wanted(conversation int64, p model.Parties, joins bool, target int64) bool {
	if d.gaps[conversation] != nil || d.hub.follows(p) || joins && d.hub.present(target) {
		return true
	}
	delete(d.cursors, conversation)
	return false
}

// hand gives the hub the next entry of a conversation.
func (d *deliverer) hand(e *entry) {
	d.cursors[e.conversation] = cursor{e.seq, e.parties}
	d.hub.deliver(e)
}

// listed takes in that entries exist. They are most likely on their way.
func (d *deliverer) listed(r model.Range) {
	joins := r.Joined != 0 && d.hub.present(r.Joined)
	if r.Last < r.First && joins { // a new community, whose owner is its first member
		d.hub.change(r.Joined, r.Parties.Community, d.hub.subscribe)
	}
	if !d.wanted(r.Conversation, r.Parties, joins, r.Joined) {
		return
	}
	at, known := d.cursors[r.Conversation]
	if !known {
		at = cursor{r.First - 1, r.Parties}
		d.cursors[r.Conversation] = at
	}
	if r.Last > at.seq {
		d.await(r.Conversation, r.Last)
	}
}

// mark tells how far somebody has read, once everybody here has what was stored
// before the mark: who has been removed by then must not hear of it.
func (d *deliverer) mark(m model.Mark) {
	if !d.wanted(m.Conversation, m.Parties, false, 0) {
		return
	}
	if at, known := d.cursors[m.Conversation]; !known || at.seq >= m.After {
		d.hub.read(m.Parties, m.Reader, m.Seq, nil)
		return
	}
	if g := d.await(m.Conversation, m.After); len(g.marks) < maxEarly {
		g.marks = append(g.marks, m)
	}
}

// await notes that entries through a seq exist.
func (d *deliverer) await(conversation, through int64) *gap {
	g := d.gaps[conversation]
	if g == nil {
		g = &gap{due: time.Now().Add(holdFor), early: map[int64]*entry{}}
		d.gaps[conversation] = g
	}
	g.through = max(g.through, through)
	return g
}

// catchUp hands over what came early and is next now, and closes the gap when
// nothing is missing any more.
func (d *deliverer) catchUp(conversation int64) {
	g := d.gaps[conversation]
	if g == nil {
		return
	}
	for seq := range g.early {
		if seq <= d.cursors[conversation].seq {
			delete(g.early, seq)
		}
	}
	for e := g.early[d.cursors[conversation].seq+1]; e != nil; e = g.early[e.seq+1] {
		delete(g.early, e.seq)
		d.hand(e)
	}
	if d.cursors[conversation].seq >= g.through && !g.settle {
		delete(d.gaps, conversation)
		for _, m := range g.marks {
			d.mark(m)
		}
	}
}

// sweep forgets conversations nobody follows any more, now and then.
func (d *deliverer) sweep() {
	if len(d.cursors) < d.sweepAt {
		return
	}
	for conversation, at := range d.cursors {
		d.wanted(conversation, at.parties, false, 0)
	}
	d.sweepAt = max(minSweep, 2*len(d.cursors))
}
