package chat

import (
	"context"
	"sync"
	"time"

	"ginchat/model"

	"go.uber.org/zap"
)

// maxNotices bounds the notices of one row, and maxNoticed those that wait.
const (
	maxNotices = 500
	maxNoticed = 10_000
)

// noticer writes to the commit log which pages of other nodes have to load
// something again. They hear of it with their next look at the log.
type noticer struct {
	store *Store
	log   *zap.Logger
	wake  bell

	mu     sync.Mutex
	queued []model.Notice
}

func (n *noticer) add(one model.Notice) {
	n.mu.Lock()
	if len(n.queued) < maxNoticed {
		n.queued = append(n.queued, one)
	}
	n.mu.Unlock()
	n.wake.ring()
}

// run writes until ctx ends. What cannot be written is dropped: pages load
// everything anew by and by.
func (n *noticer) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.wake:
		}
		for some := n.take(); len(some) > 0; some = n.take() {
			within, cancel := context.WithTimeout(ctx, txTimeout)
			err := n.store.Announce(within, model.MillisOf(time.Now()), model.News{Changed: some})
			cancel()
			if err != nil && ctx.Err() == nil {
				n.log.Warn("other nodes not told of changed contacts", zap.Int("notices", len(some)), zap.Error(err))
			}
		}
	}
}

func (n *noticer) take() []model.Notice {
	n.mu.Lock()
	defer n.mu.Unlock()
	some := n.queued[:min(maxNotices, len(n.queued))]
	n.queued = n.queued[len(some):]
	return some
}
