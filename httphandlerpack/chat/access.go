package chat

import (
	"context"
	"sync"

	"ginchat/model"
)

// maxKnown bounds the cache of conversation ids, about 100 bytes each.
const maxKnown = 1 << 17

// access is the only way to a conversation, to post in it or to read it.
type access struct {
	store *Store
	// ids remembers name → id, which never changes. It says nothing about who may.
	ids *idCache
}

func newAccess(store *Store) access {
	return access{store: store, ids: &idCache{ids: map[string]int64{}}}
}

type idCache struct {
	mu  sync.RWMutex
	ids map[string]int64
}

func (a access) known(name string) (int64, bool) {
	a.ids.mu.RLock()
	defer a.ids.mu.RUnlock()
	id, ok := a.ids.ids[name]
	return id, ok
}

func (a access) remember(name string, id int64) {
	a.ids.mu.Lock()
	defer a.ids.mu.Unlock()
	if len(a.ids.ids) >= maxKnown {
		clear(a.ids.ids)
	}
	a.ids.ids[name] = id
}

// ForPosting returns the conversation that user calls to. Whether the user may
// post there is decided where the message is committed; here only a private
// conversation that does not exist yet is refused to whoever may not begin one.
// NotFound when there is no such user or community.
func (a access) ForPosting(ctx context.Context, user int64, to model.Address) (int64, model.Parties, error) {
	name, parties, err := resolve(user, to)
	if err != nil {
		return 0, parties, err
	}
	if id, ok := a.known(name); ok {
		return id, parties, nil
	}
	id, err := a.store.ConversationID(ctx, name)
	if err != nil {
		return 0, parties, err
	}
	if id == 0 {
		if id, err = a.begin(ctx, user, name, parties); err != nil {
			return 0, parties, err
		}
	}
	a.remember(name, id)
	return id, parties, nil
}

// begin makes the private conversation of two friends, or refuses.
func (a access) begin(ctx context.Context, user int64, name string, p model.Parties) (int64, error) {
	if p.Community != 0 {
		return 0, model.Errorf(model.NotFound, "there is no such community")
	}
	if err := a.mayBegin(ctx, user, p); err != nil {
		return 0, err
	}
	return a.store.CreatePrivate(ctx, name, p)
}

func (a access) mayBegin(ctx context.Context, user int64, p model.Parties) error {
	other := p.Other(user)
	mine, theirs, err := a.store.ContactStates(ctx, user, other)
	if err != nil {
		return err
	}
	refusal := mayWrite(user == other, mine, theirs)
	if refusal == nil {
		return nil
	}
	exists, err := a.store.UserExists(ctx, other)
	if err != nil {
		return err
	}
	if !exists {
		return model.Errorf(model.NotFound, "there is no such user")
	}
	return refusal
}

// view is what a member may read of a conversation: the entries after hidden.
// A zero conversation is one that is allowed and not begun.
type view struct {
	conversation int64
	parties      model.Parties
	lastSeq      int64
	hidden       int64
	readSeq      int64
}

// ForReading returns what user may read of the conversation called of.
// Forbidden for non-members, NotFound when there is no such user or community.
func (a access) ForReading(ctx context.Context, user int64, of model.Address) (view, error) {
	name, parties, err := resolve(user, of)
	if err != nil {
		return view{}, err
	}
	places, err := a.store.Places(ctx, user, name)
	if err != nil {
		return view{}, err
	}
	if len(places) == 1 {
		return places[0].view(parties), nil
	}
	if parties.Community == 0 {
		return view{parties: parties}, a.mayBegin(ctx, user, parties)
	}
	exists, err := a.store.CommunityExists(ctx, parties.Community)
	if err != nil {
		return view{}, err
	}
	if !exists {
		return view{}, model.Errorf(model.NotFound, "there is no such community")
	}
	return view{}, model.Errorf(model.Forbidden, "you are not a member of this community")
}

func resolve(user int64, at model.Address) (string, model.Parties, error) {
	if at.Kind != model.KindPrivate && at.Kind != model.KindCommunity {
		return "", model.Parties{}, model.FieldErrorf("cmd", "the conversation must be 10 (a user) or 11 (a community)")
	}
	if at.DstID <= 0 {
		return "", model.Parties{}, model.FieldErrorf("dstid", "dstid must name a user or community")
	}
	name := at.Name(user)
	parties, err := model.ParseName(name)
	return name, parties, err
}
