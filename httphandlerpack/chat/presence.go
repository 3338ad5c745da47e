package chat

import (
	"context"
	"sync"
	"time"

	"ginchat/model"

	"go.uber.org/zap"
)

const (
	// maxAnnounced is how many users' friends are looked up at once.
	maxAnnounced = 500
	// maxPending bounds the users whose coming and going waits to be told.
	maxPending = 1 << 20
)

// announcer tells friends that a user came or went, on all nodes, and keeps when
// users were last seen.
//
// Word of one user may overtake another from another node. Coming is true when it
// is told; going is looked at once more right before it is.
type announcer struct {
	store     *Store
	hub       *Hub
	directory Directory
	peers     Peers
	log       *zap.Logger
	here      func(user int64) bool
	wake      bell

	mu      sync.Mutex
	pending map[int64]change       // of users whose friends are not looked up yet
	heard   []model.PresenceChange // from other nodes
	anew    bool                   // everybody here has to be told of all their friends
}

// change is what is to be told of a user.
type change struct {
	online int
	at     model.Millis
}

func newAnnouncer(store *Store, hub *Hub, directory Directory, peers Peers, log *zap.Logger) *announcer {
	return &announcer{store: store, hub: hub, directory: directory, peers: peers, log: log,
		wake: newBell(), pending: map[int64]change{}}
}

// changed notes that a user came (1) or went (0).
func (a *announcer) changed(user int64, online int, at model.Millis) {
	a.mu.Lock()
	if len(a.pending) < maxPending {
		a.pending[user] = change{online, at}
	}
	a.mu.Unlock()
	a.wake.ring()
}

// hear notes what another node tells sessions of this one.
func (a *announcer) hear(changes []model.PresenceChange) {
	a.mu.Lock()
	if len(a.heard) < maxPending {
		a.heard = append(a.heard, changes...)
	}
	a.mu.Unlock()
	a.wake.ring()
}

// run tells what there is to tell until ctx ends. After a failure it waits a
// little; what is newer by then replaces what was to be told.
func (a *announcer) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.wake:
		}
		for more := true; more && ctx.Err() == nil; {
			a.push(ctx, a.takeHeard())
			some, anew := a.takePending()
			more = len(some) > 0 || anew
			err := a.announce(ctx, some)
			if err == nil && anew {
				some, err = nil, a.tellFriends(ctx)
			}
			if err != nil {
				a.log.Warn("presence has to wait", zap.Error(err))
				a.putBack(some, anew)
				select {
				case <-ctx.Done():
				case <-time.After(time.Second):
				}
			}
		}
	}
}

func (a *announcer) takeHeard() []model.PresenceChange {
	a.mu.Lock()
	defer a.mu.Unlock()
	heard := a.heard
	a.heard = nil
	return heard
}

func (a *announcer) takePending() (some map[int64]change, anew bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	some = map[int64]change{}
	for user, c := range a.pending {
		if len(some) == maxAnnounced {
			break
		}
		some[user] = c
		delete(a.pending, user)
	}
	anew, a.anew = a.anew, false
	return some, anew
}

func (a *announcer) putBack(some map[int64]change, anew bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.anew = a.anew || anew
	for user, c := range some {
		if _, newer := a.pending[user]; !newer {
			a.pending[user] = c
		}
	}
}

// announce writes when the users were last seen and tells their friends.
func (a *announcer) announce(ctx context.Context, some map[int64]change) error {
	if len(some) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, txTimeout)
	defer cancel()
	users := make([]int64, 0, len(some))
	for user := range some {
		users = append(users, user)
	}
	if err := a.store.Seen(ctx, some); err != nil {
		return err
	}
	pairs, err := a.store.FriendPairs(ctx, users)
	if err != nil {
		return err
	}
	changes := make([]model.PresenceChange, 0, len(users))
	place := map[int64]int{}
	for _, pair := range pairs {
		at, known := place[pair.User]
		if !known {
			c := some[pair.User]
			at = len(changes)
			place[pair.User] = at
			changes = append(changes, model.PresenceChange{User: pair.User, Online: c.online, At: c.at})
		}
		changes[at].To = append(changes[at].To, pair.Friend)
	}
	a.push(ctx, changes)
	a.forward(ctx, changes)
	return nil
}

// push tells the sessions of this node, but for what is not so any more.
func (a *announcer) push(ctx context.Context, changes []model.PresenceChange) {
	var going []Key
	for _, c := range changes {
		if c.Online == 0 {
			going = append(going, userKey(c.User))
		}
	}
	back := map[int64]bool{}
	if len(going) > 0 {
		if holders, err := a.directory.Holders(ctx, going); err == nil {
			for i, key := range going {
				back[key.ID] = len(holders[i]) > 0
			}
		}
	}
	frames := map[int64]*Frame{} // by friend
	for _, c := range changes {
		if c.Online == 0 && (back[c.User] || a.here(c.User)) {
			continue
		}
		frame := a.hub.encode.Presence(c.User, c.Online, c.At)
		for _, friend := range c.To {
			bundle(frames, friend, frame)
		}
	}
	for friend, frame := range frames {
		a.hub.push(friend, frame)
	}
}

// forward tells the nodes that the friends are on.
func (a *announcer) forward(ctx context.Context, changes []model.PresenceChange) {
	if len(a.peers.Names()) == 0 {
		return
	}
	index, keys := map[int64]int{}, []Key{}
	for _, c := range changes {
		for _, friend := range c.To {
			if _, known := index[friend]; !known {
				index[friend] = len(keys)
				keys = append(keys, userKey(friend))
			}
		}
	}
	holders, err := a.directory.Holders(ctx, keys)
	if err != nil {
		return // presence is unknown everywhere while Redis is away
	}
	out := map[string]*model.Batch{}
	for _, c := range changes {
		to := map[string][]int64{}
		for _, friend := range c.To {
			for _, name := range holders[index[friend]] {
				to[name] = append(to[name], friend)
			}
		}
		for name, friends := range to {
			if out[name] == nil {
				out[name] = &model.Batch{}
			}
			out[name].Presences = append(out[name].Presences, model.PresenceChange{User: c.User, Online: c.Online, At: c.At, To: friends})
		}
	}
	for name, batch := range out {
		a.peers.Send(name, batch)
	}
}
