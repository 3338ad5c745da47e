package chat

import (
	"context"
	"strings"

	"ginchat/model"
)

const (
	// maxMissed is how many entries of one conversation a sync pushes; who
	// misses more pages through history.
	maxMissed = 200
	// maxRanges and maxEntries bound one read of a sync, and so its memory.
	maxRanges  = 100
	maxEntries = 1000
)

// Have is how far a client has one conversation.
type Have struct {
	Address model.Address
	Seq     int64
}

// Head is how far the log has one conversation.
type Head struct {
	Conversation int64
	Address      model.Address
	Seq          int64
	Read         int64
	More         bool // entries are missing, and too many to push
}

// Sync finds what a client that has have does not have. It calls push for the
// missed entries, in seq order within each conversation, and returns the heads
// of all the user's conversations and the epoch to remember. Heads include
// everything that was pushed, and nothing that was committed after.
func (c *Chat) Sync(ctx context.Context, user int64, epoch string, have []Have, push func(*model.Message, model.Parties) error) (string, []Head, error) {
	places, err := c.store.Places(ctx, user, "")
	if err != nil {
		return "", nil, err
	}
	known := make(map[model.Address]int64, len(have))
	for _, h := range have {
		known[h.Address] = h.Seq
	}
	parties := make(map[int64]model.Parties, len(places))
	heads := make([]Head, len(places))
	for i := range places {
		p, err := model.ParseName(places[i].Name)
		if err != nil {
			return "", nil, err
		}
		parties[places[i].ID] = p
		heads[i] = Head{Conversation: places[i].ID, Address: p.AddressFor(user), Seq: places[i].LastSeq, Read: places[i].ReadSeq}
	}
	answer, same := c.compareEpochs(epoch, heads, known)
	var ranges []entryRange
	for i := range places {
		from, named := known[heads[i].Address]
		from = max(from, places[i].hidden())
		switch {
		case !named || from >= heads[i].Seq:
		case !same || heads[i].Seq-from > maxMissed:
			heads[i].More = true
		default:
			ranges = append(ranges, entryRange{places[i].ID, from, heads[i].Seq})
		}
	}
	for len(ranges) > 0 {
		n := take(ranges)
		entries, err := c.store.Ranges(ctx, ranges[:n])
		if err != nil {
			return "", nil, err
		}
		ranges = ranges[n:]
		for i := range entries {
			if err := push(&entries[i], parties[entries[i].ConversationID]); err != nil {
				return "", nil, err
			}
		}
	}
	return answer, heads, nil
}

// compareEpochs returns the epoch to answer and whether the client's cursors
// mean anything. A cursor beyond the log comes from before a backup was
// restored: the epoch changes for that client alone, so that no client can make
// others drop what they have.
func (c *Chat) compareEpochs(theirs string, heads []Head, known map[model.Address]int64) (string, bool) {
	mine, suffix, _ := strings.Cut(theirs, ".")
	if theirs == "" {
		return c.epoch, true
	}
	if mine != c.epoch {
		return c.epoch, false
	}
	for _, head := range heads {
		if known[head.Address] > head.Seq {
			if len(suffix) < 16 {
				return theirs + nextSuffix(suffix), false
			}
			return c.epoch, false
		}
	}
	return theirs, true
}

// nextSuffix tells one changed epoch from the one before.
func nextSuffix(suffix string) string {
	if suffix == "" {
		return ".1"
	}
	return "1"
}

// take returns how many of the ranges one read takes.
func take(ranges []entryRange) int {
	entries := int64(0)
	for n, r := range ranges {
		entries += r.through - r.after
		if n == maxRanges || n > 0 && entries > maxEntries {
			return n
		}
	}
	return len(ranges)
}
