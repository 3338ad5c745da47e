package chat

import (
	"context"

	"ginchat/model"
)

// MaxPage is how many entries one page of history may have.
const MaxPage = 200

// Page says which part of a history is wanted: the newest entries before a seq,
// or the oldest after one, or with neither the newest of all.
type Page struct {
	Before, After *int64
	Limit         int // at most MaxPage, which 0 means too
}

// clean checks the page and fills in what was left out; last is the newest seq.
func (p Page) clean(last int64) (before, after int64, limit int, err error) {
	if p.Before != nil && p.After != nil || p.Limit < 0 || p.Before != nil && *p.Before < 0 || p.After != nil && *p.After < 0 {
		return 0, 0, 0, model.Errorf(model.Invalid, "give before or after, and no negative number")
	}
	limit = p.Limit
	if limit == 0 || limit > MaxPage {
		limit = MaxPage
	}
	switch {
	case p.After != nil:
		return 0, *p.After, limit, nil
	case p.Before != nil:
		return max(*p.Before, 1), 0, limit, nil // before 1 there is nothing
	}
	return last + 1, 0, limit, nil
}

// History returns a page of a conversation in seq order. last is the
// conversation's last seq.
func (c *Chat) History(ctx context.Context, user int64, of model.Address, page Page) (rows []model.Message, last int64, err error) {
	v, err := c.access.ForReading(ctx, user, of)
	if err != nil {
		return nil, 0, err
	}
	before, after, limit, err := page.clean(v.lastSeq)
	if err != nil {
		return nil, 0, err
	}
	if v.conversation == 0 {
		return nil, 0, nil
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
	c.hub.outward(&model.Batch{Marks: []model.Mark{{Conversation: v.conversation, Parties: v.parties, Reader: user, Seq: seq, After: v.lastSeq}}})
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
