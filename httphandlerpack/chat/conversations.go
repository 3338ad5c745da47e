package chat

import (
	"cmp"
	"context"

	"ginchat/model"
)

// People tells who users are; the user domain does.
type People interface {
	Profiles(ctx context.Context, ids []int64) (map[int64]model.User, error)
}

// Summary is one row of a user's list of conversations.
type Summary struct {
	Address       model.Address
	Parties       model.Parties
	Title, Avatar string         // Title is what the user calls it: of a friend the remark, if there is one
	Last          *model.Message // nil when nothing was said yet
	LastSender    string         // what the user calls them
	LastSeq       int64
	ReadSeq       int64
	Unread        int64 // messages of others after ReadSeq; counted up to maxUnread entries
	LastAt        model.Millis
	Muted         bool
}

// Conversations returns the user's conversations, newest first.
func (c *Chat) Conversations(ctx context.Context, user int64) ([]Summary, error) {
	places, err := c.store.Places(ctx, user, "")
	if err != nil {
		return nil, err
	}
	last, err := c.store.LastEntries(ctx, places)
	if err != nil {
		return nil, err
	}
	unread, err := c.store.Unread(ctx, user)
	if err != nil {
		return nil, err
	}
	rows := make([]Summary, len(places))
	var ids []int64
	for i := range places {
		p := &places[i]
		parties, err := model.ParseName(p.Name)
		if err != nil {
			return nil, err
		}
		rows[i] = Summary{Address: parties.AddressFor(user), Parties: parties, Title: p.Title, Avatar: p.Icon, Last: last[p.ID],
			LastSeq: p.LastSeq, ReadSeq: p.ReadSeq, Unread: unread[p.ID], LastAt: p.LastAt, Muted: p.Muted}
		if parties.Community == 0 {
			ids = append(ids, rows[i].Address.DstID)
		}
		if rows[i].Last != nil {
			ids = append(ids, rows[i].Last.SenderID)
		}
	}
	people, err := c.people.Profiles(ctx, ids)
	if err != nil {
		return nil, err
	}
	remarks, err := c.store.Remarks(ctx, user)
	if err != nil {
		return nil, err
	}
	nameOf := func(id int64) string { return cmp.Or(remarks[id], people[id].Nickname) }
	for i := range rows {
		if rows[i].Parties.Community == 0 {
			other := rows[i].Address.DstID
			rows[i].Title, rows[i].Avatar = nameOf(other), people[other].Avatar
		}
		if rows[i].Last != nil {
			rows[i].LastSender = nameOf(rows[i].Last.SenderID)
		}
	}
	return rows, nil
}

// UnreadCount returns how many messages of others the user has not read, but for
// muted conversations.
func (c *Chat) UnreadCount(ctx context.Context, user int64) (int64, error) {
	return c.store.UnreadCount(ctx, user)
}

// Remarks returns the user's own names for others, by user id.
func (c *Chat) Remarks(ctx context.Context, user int64) (map[int64]string, error) {
	return c.store.Remarks(ctx, user)
}
