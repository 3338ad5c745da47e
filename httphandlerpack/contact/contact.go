// Package contact is about whom a user knows: friends, and the communities they
// are a member of.
package contact

import (
	"context"
	"time"

	"ginchat/model"
)

// People finds users; they come without password hashes.
type People interface {
	ByID(ctx context.Context, id int64) (model.User, error)
	ByAccount(ctx context.Context, mobile string) (model.User, error)
	Profiles(ctx context.Context, ids []int64) (map[int64]model.User, error)
}

// Log applies changes of communities. It checks permissions, limits and
// membership under the lock of the community's conversation, and records each
// change as an entry there.
type Log interface {
	Change(ctx context.Context, c model.Change) (model.Message, error)
	CreateCommunity(ctx context.Context, c model.Community) (model.Community, error)
}

// Live is what the sessions of users know and are told.
type Live interface {
	// Presences returns whether these users are online, on any node, in their order.
	// It asks nobody whether the caller may know.
	Presences(ctx context.Context, users []int64) []model.Presence
	// ContactChanged makes the user's pages load that row again.
	ContactChanged(userID int64, about model.Address)
}

// Config holds the limits of contacts.
type Config struct {
	// CommunityMembers is how many members a new community may have; 0 is any number.
	CommunityMembers int
	// Now tells the time; nil means time.Now.
	Now func() time.Time
}

// Contacts holds the rules about friends and communities.
type Contacts struct {
	store  *Store
	people People
	log    Log
	live   Live
	cfg    Config
}

// New returns the rules about contacts on store.
func New(store *Store, people People, log Log, live Live, cfg Config) *Contacts {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Contacts{store: store, people: people, log: log, live: live, cfg: cfg}
}

func (c *Contacts) now() model.Millis { return model.MillisOf(c.cfg.Now()) }

// changed tells both users that the other's row changed.
func (c *Contacts) changed(a, b int64) {
	c.live.ContactChanged(a, friendAddress(b))
	c.live.ContactChanged(b, friendAddress(a))
}

func friendAddress(id int64) model.Address {
	return model.Address{Kind: model.KindPrivate, DstID: id}
}

func communityAddress(id int64) model.Address {
	return model.Address{Kind: model.KindCommunity, DstID: id}
}
