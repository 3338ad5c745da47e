package chat

import (
	"context"

	"ginchat/model"
)

// Presences returns whether users are online, on any node, in their order. It
// asks nobody whether the caller may know.
func (c *Chat) Presences(ctx context.Context, users []int64) []model.Presence {
	presences := make([]model.Presence, len(users))
	var ask []int64
	var keys []Key
	for i, user := range users {
		if c.hub.holds(userKey(user)) || c.holdings.here(user) { // holdings learns of it a moment later
			presences[i].Online = 1
		} else {
			ask, keys = append(ask, int64(i)), append(keys, userKey(user))
		}
	}
	if len(keys) == 0 {
		return presences
	}
	holders, err := c.holdings.directory.Holders(ctx, keys)
	if err != nil {
		for _, i := range ask {
			presences[i] = model.UnknownPresence
		}
		return presences
	}
	var gone []int64
	for n, i := range ask {
		if len(holders[n]) > 0 {
			presences[i].Online = 1
		} else {
			gone = append(gone, users[i])
		}
	}
	if len(gone) == 0 {
		return presences
	}
	seen, err := c.store.LastSeen(ctx, gone)
	if err != nil {
		return presences // offline, and when last seen unknown
	}
	for _, i := range ask {
		if presences[i].Online == 0 {
			presences[i].Seen = seen[users[i]]
		}
	}
	return presences
}

// ContactChanged tells the user's pages, on all nodes, to load a contact or
// community again.
func (c *Chat) ContactChanged(user int64, about model.Address) { c.hub.ContactChanged(user, about) }
