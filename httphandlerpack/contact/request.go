package contact

import (
	"context"

	"ginchat/model"
)

// Requests returns who has asked the user to be friends and waits for an answer,
// the oldest first.
func (c *Contacts) Requests(ctx context.Context, userID int64) ([]Friend, error) {
	rows, err := c.store.Requests(ctx, userID)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].PeerID, rows[i].Memo = rows[i].OwnerID, "" // the asker is whom to show
	}
	return c.named(ctx, rows)
}

// Asked returns whom the user has asked to be friends without an answer so far.
func (c *Contacts) Asked(ctx context.Context, userID int64) ([]Friend, error) {
	rows, err := c.store.InState(ctx, userID, model.Requested)
	if err != nil {
		return nil, err
	}
	return c.named(ctx, rows)
}

// AnswerFriend accepts or declines that asker and the user become friends;
// NotFound when asker has not asked.
func (c *Contacts) AnswerFriend(ctx context.Context, userID, asker int64, accept bool) error {
	if err := c.store.AnswerFriend(ctx, userID, asker, accept, c.now()); err != nil {
		return err
	}
	c.changed(userID, asker)
	return nil
}

// Waiting is how many requests wait for a user's answer.
type Waiting struct {
	Friends int
	// Joins are the requests to join, by community that the user manages.
	Joins map[int64]int
}

// Waiting counts the requests that wait for the user's answer.
func (c *Contacts) Waiting(ctx context.Context, userID int64) (Waiting, error) {
	friends, err := c.store.CountRequests(ctx, userID)
	if err != nil {
		return Waiting{}, err
	}
	joins, err := c.store.CountJoins(ctx, userID)
	return Waiting{Friends: friends, Joins: joins}, err
}

// RequestCounts returns how many wait for the user's answer: to be friends, and to
// join a community.
func (c *Contacts) RequestCounts(ctx context.Context, userID int64) (friends, joins int, err error) {
	waiting, err := c.Waiting(ctx, userID)
	for _, n := range waiting.Joins {
		joins += n
	}
	return waiting.Friends, joins, err
}
