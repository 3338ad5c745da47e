package chat

import (
	"context"
	"slices"
	"time"

	"ginchat/model"

	"go.uber.org/zap"
)

const (
	// beatEvery is how often a node says that it lives, and learns who else does.
	beatEvery = 2 * time.Second
	// settled is how long after the directory's return the other nodes have put what
	// they hold: they find out with their next beat.
	settled = 5 * time.Second
)

// nodes keeps this node known to the others, and the links to them up.
type nodes struct {
	hub      *Hub
	registry Registry
	peers    Peers
	static   []string // nodes that are known without a registry
	holdings *holdings
	presence *announcer
	log      *zap.Logger

	lost   bool      // sessions were told that presence is unknown
	backAt time.Time // when the registry came back, zero when that is long ago
	before []string  // the other nodes at the last beat
}

// run beats until ctx ends.
func (n *nodes) run(ctx context.Context) {
	n.peers.Connect(n.static)
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	for {
		n.beat(ctx)
		select {
		case <-ctx.Done():
			n.leave()
			return
		case <-ticker.C:
		}
	}
}

// leave spares the others the wait until this node counts as dead.
func (n *nodes) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := n.registry.Leave(ctx); err != nil {
		n.log.Info("the other nodes were not told of the end", zap.Error(err))
	}
}

func (n *nodes) beat(ctx context.Context) {
	others, fresh, err := n.registry.Beat(ctx)
	if err != nil {
		n.backAt = time.Time{}
		if !n.lost && ctx.Err() == nil {
			n.lost = true
			n.log.Warn("the nodes' directory is away: every node is told everything, and presence is unknown", zap.Error(err))
			n.hub.everySession(n.hub.encode.Presence(0, -1, model.MillisOf(time.Now())))
		}
		return
	}
	if n.lost {
		n.lost = false
		n.log.Info("the nodes' directory is back")
		n.backAt = time.Now()
		fresh = true
	}
	if fresh {
		n.holdings.putAll()
	}
	slices.Sort(others)
	if !slices.Equal(others, n.before) {
		n.log.Info("nodes", zap.Strings("alive", others))
		n.before = others
	}
	n.peers.Connect(append(others[:len(others):len(others)], n.static...))
	n.bury(ctx)
	if !n.backAt.IsZero() && time.Since(n.backAt) > settled {
		n.backAt = time.Time{}
		n.presence.tellAll()
	}
}

// bury tells of the users whose node has died and who have not come back elsewhere.
func (n *nodes) bury(ctx context.Context) {
	for ctx.Err() == nil {
		orphans, since, ok, err := n.registry.Orphans(ctx)
		if err != nil || !ok {
			return
		}
		for _, key := range orphans {
			if key.Kind == model.KindPrivate && !n.holdings.here(key.ID) {
				n.presence.changed(key.ID, 0, since)
			}
		}
	}
}
