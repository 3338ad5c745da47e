package chat

import (
	"context"
	"errors"
	"slices"
	"time"

	"ginchat/model"
)

// tellAll has everybody on this node told which of their friends are online, and
// that the others are not: for some time nothing was known.
func (a *announcer) tellAll() {
	a.mu.Lock()
	a.anew = true
	a.mu.Unlock()
	a.wake.ring()
}

// tellFriends tells the users on this node of all their friends who are online.
func (a *announcer) tellFriends(ctx context.Context) error {
	for users := range slices.Chunk(a.hub.everybody(), maxAnnounced) {
		err := a.tellSome(ctx, users)
		if errors.Is(err, errAway) {
			return nil // it will be done when the directory is back
		}
		if err != nil {
			return err
		}
	}
	a.hub.everySession(a.hub.encode.Presence(0, 0, model.MillisOf(time.Now())))
	return nil
}

func (a *announcer) tellSome(ctx context.Context, users []int64) error {
	ctx, cancel := context.WithTimeout(ctx, txTimeout)
	defer cancel()
	pairs, err := a.store.FriendPairs(ctx, users)
	if err != nil {
		return err
	}
	index, keys := map[int64]int{}, []Key{}
	for _, pair := range pairs {
		if _, known := index[pair.Friend]; !known {
			index[pair.Friend] = len(keys)
			keys = append(keys, userKey(pair.Friend))
		}
	}
	holders, err := a.directory.Holders(ctx, keys)
	if err != nil {
		return err
	}
	now := model.MillisOf(time.Now())
	frames := map[int64]*Frame{}
	for _, pair := range pairs {
		if len(holders[index[pair.Friend]]) > 0 || a.here(pair.Friend) {
			bundle(frames, pair.User, a.hub.encode.Presence(pair.Friend, 1, now))
		}
	}
	for user, frame := range frames {
		a.hub.push(user, frame)
	}
	return nil
}

// bundle adds a frame to what a user is pushed at once: many frames one by one
// would look like a slow reader.
func bundle(frames map[int64]*Frame, user int64, frame *Frame) {
	if before := frames[user]; before != nil {
		frame = &Frame{Bytes: append(slices.Clip(before.Bytes), frame.Bytes...)}
	}
	frames[user] = frame
}

// everybody returns the users who have sessions on this node.
func (h *Hub) everybody() []int64 {
	var users []int64
	for i := range h.users {
		shard := &h.users[i]
		shard.mu.RLock()
		for id, o := range shard.users {
			if len(*o.sessions.Load()) > 0 {
				users = append(users, id)
			}
		}
		shard.mu.RUnlock()
	}
	return users
}
