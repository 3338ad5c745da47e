package chat

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"ginchat/model"

	"go.uber.org/zap"
)

const (
	maxBatch      = 512     // sends in one transaction
	maxBatchBytes = 2 << 20 // and their bytes; well below max_allowed_packet
	queueLength   = 4096    // sends waiting for one committer
	txTimeout     = 3 * time.Second
	lookupTimeout = 500 * time.Millisecond
	// maxWait is how long a send may have waited for its transaction. One that
	// waited longer is refused: its sender should hear something within 5 s, and
	// only a database that hardly answers makes queues that long.
	maxWait = 2 * time.Second
)

// The answers to a send that was not stored through no fault of its own.
// The same msgid may be sent again after both.
var (
	ErrBusy     error = &model.Error{Code: model.Unavailable, Message: "busy, retry", After: 200 * time.Millisecond}
	ErrDatabase error = &model.Error{Code: model.Unavailable, Message: "messages cannot be stored right now, retry", After: time.Second}
)

// ErrEnded is the answer to a send of a login that has ended.
var ErrEnded error = &model.Error{Code: model.Unauthenticated, Message: "please sign in"}

// committer is the group commit: it stores whatever has queued up while its
// last transaction was running as one transaction. There is no timer, so an
// idle server commits at once and a busy one batches by itself.
//
//  1. Sends of one conversation MUST all go through the same committer, in the
//     order of their submission: that order is the order of their seqs.
//  2. done MUST be called exactly once for each queued send, and with success
//     only after the commit, or after the row was read back.
//  3. done MUST NOT block, nor may handing a batch to the deliverer wait for a
//     socket or the database.
//  4. When a commit's outcome is unknown, the deliverer MUST be told to read the
//     conversations again, for nobody else knows that entries may be there.
//  5. A change's done MUST come after its delivery: once a removal is answered,
//     nothing more goes to who was removed.
type committer struct {
	store   *Store
	deliver *deliverer
	queue   chan *send
	limits  Config
	now     func() time.Time
	log     *zap.Logger

	batches, sends atomic.Int64 // committed, for Metrics
}

// run commits until the queue is closed and empty.
func (c *committer) run() {
	var held *send
	for {
		batch, next := c.next(held)
		if batch == nil {
			return
		}
		held = next
		if batch = c.inTime(batch); len(batch) > 0 {
			c.commit(batch)
		}
	}
}

// next waits for a send and takes what else is queued, up to a full batch. A
// change is a batch of its own; one found on the way is kept for the next round.
func (c *committer) next(held *send) (batch []*send, keep *send) {
	first := held
	if first == nil {
		if first = <-c.queue; first == nil {
			return nil, nil
		}
	}
	batch = append(batch, first)
	if first.change != nil {
		return batch, nil
	}
	for size := first.size(); len(batch) < maxBatch && size < maxBatchBytes; {
		select {
		case one := <-c.queue:
			if one == nil || one.change != nil {
				return batch, one
			}
			batch = append(batch, one)
			size += one.size()
		default:
			return batch, nil
		}
	}
	return batch, nil
}

// inTime refuses the sends that have waited too long and returns the others.
func (c *committer) inTime(batch []*send) []*send {
	since := c.now().Add(-maxWait)
	return slices.DeleteFunc(batch, func(one *send) bool {
		late := one.queued.Before(since)
		if late {
			one.done(nil, ErrDatabase)
		}
		return late
	})
}

// commit stores the batch and answers its senders.
func (c *committer) commit(batch []*send) {
	err := c.apply(batch)
	switch {
	case err == nil:
		c.settle(batch)
	case errors.Is(err, errUnknown):
		c.resolve(batch, err)
	case refusedBySQL(err) && len(batch) > 1:
		for i := range batch { // one of them is at fault; it must not fail its neighbours
			c.commit(batch[i : i+1])
		}
	default:
		c.log.Error("sends not stored", zap.Int("sends", len(batch)), zap.Error(err))
		c.refuse(batch)
		c.refuseQueued()
	}
}

// apply runs the transaction.
func (c *committer) apply(batch []*send) error {
	ctx, cancel := context.WithTimeout(context.Background(), txTimeout)
	defer cancel()
	now := model.MillisOf(c.now())
	if batch[0].change != nil {
		return c.store.Change(ctx, batch[0], c.limits, now)
	}
	return c.store.Append(ctx, batch, now)
}

// settle acks the sends and hands the new entries to the deliverer.
func (c *committer) settle(batch []*send) {
	c.batches.Add(1)
	c.sends.Add(int64(len(batch)))
	if batch[0].change == nil {
		for _, one := range batch {
			one.done(one.outcome())
		}
	}
	c.deliver.work <- delivery{batch: batch}
}

// resolve answers a batch whose commit got no answer by reading what is stored.
// What is not there may yet appear, so it is refused with "retry": the same
// msgid will find it.
func (c *committer) resolve(batch []*send, cause error) {
	c.log.Warn("commit outcome unknown, looking the sends up", zap.Int("sends", len(batch)), zap.Error(cause))
	c.deliver.work <- delivery{batch: batch, recheck: true}
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	if err := c.store.Lookup(ctx, batch); err != nil {
		c.log.Error("sends not found out about", zap.Int("sends", len(batch)), zap.Error(err))
		c.refuse(batch)
		c.refuseQueued()
		return
	}
	for _, one := range batch {
		if one.settled() {
			one.done(one.outcome())
		} else {
			one.done(nil, ErrDatabase)
		}
	}
}

func (c *committer) refuse(batch []*send) {
	for _, one := range batch {
		one.done(nil, ErrDatabase)
	}
}

// refuseQueued answers everybody who waited while the database did not, so that
// no sender waits for more than one time-out.
func (c *committer) refuseQueued() {
	for range len(c.queue) {
		if one := <-c.queue; one != nil {
			one.done(nil, ErrDatabase)
		}
	}
}
