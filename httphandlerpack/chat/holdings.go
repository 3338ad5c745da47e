package chat

import (
	"context"
	"sync"
	"time"

	"ginchat/model"
)

const (
	// grace is how long an absence may last before anybody hears of it.
	grace = 5 * time.Second
	// renewAfter is how long an entry of the directory goes without being put again.
	renewAfter = time.Minute
	// maxRenewed bounds what is put again at once.
	maxRenewed = 2000
)

// holdings keeps the directory in step with what this node's hub holds.
//
//  1. moved is called under locks of the hub, so it MUST NOT call the hub, and the
//     hub MUST NOT be asked while mu is held.
//  2. What is held is decided by looking at the hub, never by counting moves, so
//     moves that overtake each other do no harm.
type holdings struct {
	hub       *Hub
	directory Directory
	presence  *announcer
	wake      bell

	mu    sync.Mutex
	dirty map[Key]struct{}
	held  map[Key]holding
	left  map[Key]struct{} // those of held that the hub does not hold any more
	renew bool             // everything has to be put again
}

// holding is a key this node has put, or is about to.
type holding struct {
	put  model.Millis
	left model.Millis // when the hub ceased to hold it, zero while it does
}

func newHoldings(hub *Hub, directory Directory, presence *announcer) *holdings {
	return &holdings{hub: hub, directory: directory, presence: presence, wake: newBell(),
		dirty: map[Key]struct{}{}, held: map[Key]holding{}, left: map[Key]struct{}{}}
}

// moved notes that the hub began or ceased to hold the key.
func (h *holdings) moved(key Key) {
	h.mu.Lock()
	h.dirty[key] = struct{}{}
	h.mu.Unlock()
	h.wake.ring()
}

// here reports whether the user has a session on this node, or had one a moment ago.
func (h *holdings) here(user int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, held := h.held[userKey(user)]
	return held
}

// putAll makes everything held be put again: the directory has lost it.
func (h *holdings) putAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.renew = true
}

// run keeps the directory in step until ctx ends.
func (h *holdings) run(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.wake:
			h.put(ctx, h.arrived(), true)
		case <-ticker.C:
			now := model.MillisOf(time.Now())
			h.put(ctx, h.arrived(), true)
			h.drop(ctx, h.gone(now))
			keys, all := h.stale(now)
			h.put(ctx, keys, all)
		}
	}
}

// arrived takes in what has moved and returns what is held now and was not.
func (h *holdings) arrived() []Key {
	h.mu.Lock()
	dirty := h.dirty
	h.dirty = map[Key]struct{}{}
	h.mu.Unlock()
	if len(dirty) == 0 {
		return nil
	}
	var keys []Key
	now := model.MillisOf(time.Now())
	for key := range dirty {
		holds := h.hub.holds(key)
		h.mu.Lock()
		one, held := h.held[key]
		switch {
		case holds && !held:
			h.held[key] = holding{put: now}
			keys = append(keys, key)
		case holds:
			one.left = 0
			h.held[key] = one
			delete(h.left, key)
		case held && one.left == 0:
			one.left = now
			h.held[key] = one
			h.left[key] = struct{}{}
		}
		h.mu.Unlock()
	}
	return keys
}

// put records keys; whoever is nowhere else has come, if that is to be told.
func (h *holdings) put(ctx context.Context, keys []Key, tell bool) {
	if len(keys) == 0 {
		return
	}
	elsewhere, err := h.directory.Put(ctx, keys)
	if err != nil {
		h.putAll() // some may stand there and some not
		return
	}
	if !tell {
		return
	}
	now := model.MillisOf(time.Now())
	for i, key := range keys {
		if key.Kind == model.KindPrivate && !elsewhere[i] {
			h.presence.changed(key.ID, 1, now)
		}
	}
}

// gone returns what has not been held for longer than an absence may last, with
// since when.
func (h *holdings) gone(now model.Millis) map[Key]model.Millis {
	h.mu.Lock()
	defer h.mu.Unlock()
	gone := map[Key]model.Millis{}
	for key := range h.left {
		if left := h.held[key].left; now-left >= model.Millis(grace.Milliseconds()) {
			gone[key] = left
			delete(h.held, key)
			delete(h.left, key)
		}
	}
	return gone
}

// drop takes keys out of the directory; whoever is nowhere else has gone.
func (h *holdings) drop(ctx context.Context, gone map[Key]model.Millis) {
	if len(gone) == 0 {
		return
	}
	keys := make([]Key, 0, len(gone))
	for key := range gone {
		keys = append(keys, key)
	}
	elsewhere, err := h.directory.Drop(ctx, keys)
	if err != nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		for key, left := range gone { // it stands in the directory, so it has to be tried again
			if _, held := h.held[key]; !held {
				h.held[key] = holding{left: left}
				h.left[key] = struct{}{}
			}
		}
		return
	}
	for i, key := range keys {
		if key.Kind == model.KindPrivate && !elsewhere[i] {
			h.presence.changed(key.ID, 0, gone[key])
		}
	}
}

// stale returns what is to be put again: everything when the directory has lost
// it, and otherwise what was last put long ago.
func (h *holdings) stale(now model.Millis) (keys []Key, all bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	all, h.renew = h.renew, false
	for key, one := range h.held {
		if one.left == 0 && (all || now-one.put >= model.Millis(renewAfter.Milliseconds()) && len(keys) < maxRenewed) {
			one.put = now
			h.held[key] = one
			keys = append(keys, key)
		}
	}
	return keys, all
}
