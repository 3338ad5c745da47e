package chat

import (
	"context"

	"ginchat/model"
)

// MaxPage is how many entries one page of history may have.
const MaxPage = 200

// History returns a page of a conversation in seq order: the newest entries
// before before, or the oldest after after, or with neither the newest of all.
// last is the conversation's last seq.
func (c *Chat) History(ctx context.Context, user int64, of model.Address, before, after int64, limit int) (rows []model.Message, last int64, err error) {
	if before < 0 || after < 0 || limit < 0 || before > 0 && after > 0 {
		return nil, 0, model.Errorf(model.Invalid, "give before or after, and no negative number")
	}
	if limit == 0 || limit > MaxPage {
		limit = MaxPage
	}
	v, err := c.access.ForReading(ctx, user, of)
	if err != nil || v.conversation == 0 {
		return []model.Message{}, 0, err
	}
	if after == 0 && before == 0 {
		before = v.lastSeq + 1
	}
	rows, err = c.store.Entries(ctx, v.conversation, before, max(after, v.hidden), limit)
	return rows, v.lastSeq, err
}

// Read moves the user's read mark to seq and tells the other devices and
// members. A mark only grows; a seq beyond the last entry is refused.
func (c *Chat) Read(ctx context.Context, user int64, of model.Address, seq int64) error {
	return c.read(ctx, user, of, seq, nil)
}

// ReadOn is Read for a mark that came over a session, which is not told.
func (c *Chat) ReadOn(ctx context.Context, from *Session, of model.Address, seq int64) error {
	return c.read(ctx, from.UserID, of, seq, from)
}

func (c *Chat) read(ctx context.Context, user int64, of model.Address, seq int64, origin *Session) error {
	v, err := c.access.ForReading(ctx, user, of)
	if err != nil {
		return err
	}
	if seq < 0 || seq > v.lastSeq {
		return model.FieldErrorf("seq", "there is no message %d", seq)
	}
	if seq <= v.readSeq {
		return nil
	}
	moved, err := c.store.SetRead(ctx, v.conversation, user, seq)
	if err != nil || !moved {
		return err
	}
	c.hub.read(v.parties, user, seq, origin)
	return nil
}

// Mute records whether the user wants notifications of the conversation.
func (c *Chat) Mute(ctx context.Context, user int64, of model.Address, muted bool) error {
	v, err := c.access.ForReading(ctx, user, of)
	if err != nil {
		return err
	}
	if v.conversation == 0 {
		return model.Errorf(model.NotFound, "nothing was said there yet")
	}
	if err := c.store.SetMuted(ctx, v.conversation, user, muted); err != nil {
		return err
	}
	c.hub.ContactChanged(user, of)
	return nil
}
