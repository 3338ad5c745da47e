package contact

import (
	"context"

	"ginchat/model"
)

// Blocked returns whom the user has blocked.
func (c *Contacts) Blocked(ctx context.Context, userID int64) ([]Friend, error) {
	rows, err := c.store.InState(ctx, userID, model.Blocked)
	if err != nil {
		return nil, err
	}
	return c.named(ctx, rows)
}

// Block refuses what peer sends to the user from now on, and peer's requests. A
// friendship rests until Unblock; peer is not told.
func (c *Contacts) Block(ctx context.Context, userID, peer int64) error {
	if userID == peer {
		return model.FieldErrorf("dstid", "you cannot block yourself")
	}
	if _, err := c.people.ByID(ctx, peer); err != nil {
		return err
	}
	if err := c.store.Block(ctx, userID, peer, c.now()); err != nil {
		return err
	}
	c.live.ContactChanged(userID, friendAddress(peer))
	return nil
}

// Unblock undoes Block. The two are friends again if they were and peer still
// says so. NotFound when peer is not blocked.
func (c *Contacts) Unblock(ctx context.Context, userID, peer int64) error {
	if err := c.store.Unblock(ctx, userID, peer); err != nil {
		return err
	}
	c.live.ContactChanged(userID, friendAddress(peer))
	return nil
}
