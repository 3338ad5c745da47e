package chat

import (
	"context"
	"maps"
	"slices"
	"time"

	"ginchat/model"

	"go.uber.org/zap"
)

const (
	// checkEvery is how often the logins of all sessions are looked up: one that
	// gets too old, or whose user was disabled by hand, ends within that.
	checkEvery = time.Minute
	maxChecked = 500 // at once
)

// checkLogins closes the sessions of logins that prove nothing any more, until ctx
// ends.
func (c *Chat) checkLogins(ctx context.Context) {
	ticker := time.NewTicker(checkEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := c.endStale(ctx); err != nil && ctx.Err() == nil {
			c.log.Warn("logins not checked", zap.Error(err))
		}
	}
}

func (c *Chat) endStale(ctx context.Context) error {
	users := c.hub.logins()
	for some := range slices.Chunk(slices.Collect(maps.Keys(users)), maxChecked) {
		good, err := c.store.goodLogins(c.store.db.WithContext(ctx), some, model.MillisOf(c.now()))
		if err != nil {
			return err
		}
		for _, id := range some {
			if !good[id] {
				c.hub.endLogins(LoginEnded, users[id], id)
			}
		}
	}
	return nil
}

// logins returns the logins that have sessions on this node, and whose they are.
func (h *Hub) logins() map[int64]int64 {
	users := map[int64]int64{}
	for i := range h.users {
		shard := &h.users[i]
		shard.mu.RLock()
		for _, o := range shard.users {
			for _, s := range *o.sessions.Load() {
				users[s.LoginID] = s.UserID
			}
		}
		shard.mu.RUnlock()
	}
	return users
}
