package chat

import (
	"context"
	"time"

	"ginchat/model"

	"go.uber.org/zap"
)

const (
	deliveryQueue = 64 // batches committed and not yet delivered
	repairPage    = 200
	repairPause   = time.Second
	maxCursors    = 1 << 16
)

// delivery is a batch after its commit.
type delivery struct {
	batch    []*send
	recheck  bool // the commit's outcome is unknown
	received bool // another node's batch
}

// repaired is what the database had after a conversation's cursor.
type repaired struct {
	conversation int64
	parties      model.Parties
	entries      []model.Message
	err          error
}

// deliverer hands the entries of its committer's conversations to the hub, in
// seq order and without holes. The log is the truth: an entry that did not come
// by itself is read from there.
//
// One goroutine (run) owns all its state. A conversation that is behind gets
// nothing but what repair reads, until repair finds nothing more.
type deliverer struct {
	store   *Store
	hub     *Hub
	peers   Peers
	log     *zap.Logger
	work    chan delivery
	repairs chan repaired
	cursors map[int64]int64         // the last seq handed to the hub
	behind  map[int64]model.Parties // conversations to be read from the log
	reading bool                    // one repair at a time
}

func newDeliverer(store *Store, hub *Hub, peers Peers, log *zap.Logger) *deliverer {
	return &deliverer{
		store: store, hub: hub, peers: peers, log: log,
		work:    make(chan delivery, deliveryQueue),
		repairs: make(chan repaired, 1),
		cursors: map[int64]int64{},
		behind:  map[int64]model.Parties{},
	}
}

// run delivers until work is closed. ctx ends repairs, which would else wait
// for a database that is away.
func (d *deliverer) run(ctx context.Context) {
	retry := time.NewTimer(repairPause)
	defer retry.Stop()
	for {
		select {
		case one, ok := <-d.work:
			if !ok {
				if d.reading {
					<-d.repairs
				}
				return
			}
			d.batch(one)
		case r := <-d.repairs:
			d.reading = false
			if !d.repaired(r) {
				retry.Reset(repairPause)
				continue
			}
		case <-retry.C:
		}
		d.startRepair(ctx)
	}
}

func (d *deliverer) batch(one delivery) {
	if !one.recheck && !one.received {
		d.forward(one.batch)
	}
	if len(d.cursors) > maxCursors {
		clear(d.cursors) // a cursor finds holes; the next entry sets it again
	}
	for _, sent := range one.batch {
		switch {
		case one.recheck:
			if _, known := d.cursors[sent.conversation]; !known {
				d.cursors[sent.conversation] = sent.lockedSeq
			}
			d.behind[sent.conversation] = sent.parties
		case sent.stored():
			d.entry(sent)
		}
		if sent.change != nil && !one.recheck {
			sent.done(sent.outcome())
		}
	}
}

// entry delivers one committed entry if it is the next one.
func (d *deliverer) entry(sent *send) {
	conversation, seq := sent.conversation, sent.msg.Seq
	cursor, known := d.cursors[conversation]
	_, behind := d.behind[conversation]
	switch {
	case behind, known && seq > cursor+1:
		d.behind[conversation] = sent.parties
		d.hub.follow(&sent.msg, sent.parties) // a removal takes effect even so
	case !known || seq == cursor+1:
		d.cursors[conversation] = seq
		d.hub.deliver(&sent.msg, sent.parties, sent.origin)
	}
}

// startRepair reads on for one conversation that is behind.
func (d *deliverer) startRepair(ctx context.Context) {
	if d.reading {
		return
	}
	for conversation, parties := range d.behind {
		d.reading = true
		after, known := d.cursors[conversation]
		go func() {
			r := repaired{conversation: conversation, parties: parties}
			if known {
				r.entries, r.err = d.read(ctx, conversation, after)
			}
			d.repairs <- r
		}()
		return
	}
}

func (d *deliverer) read(ctx context.Context, conversation, after int64) ([]model.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, txTimeout)
	defer cancel()
	if err := d.store.Settle(ctx, conversation); err != nil {
		return nil, err
	}
	return d.store.Entries(ctx, conversation, 0, after, repairPage)
}

// repaired delivers what repair has read, and reports whether to go on at once.
func (d *deliverer) repaired(r repaired) bool {
	if r.err != nil {
		d.log.Warn("repair has to wait", zap.Int64("conversation", r.conversation), zap.Error(r.err))
		return false
	}
	for i := range r.entries {
		d.cursors[r.conversation] = r.entries[i].Seq
		d.hub.deliver(&r.entries[i], r.parties, nil)
	}
	if len(r.entries) < repairPage {
		delete(d.behind, r.conversation)
	}
	return true
}
