package chat

import (
	"context"
	"errors"
	"strconv"

	"ginchat/model"
)

// Key is what a node can hold: a user, by having sessions of theirs, or a
// community, by having sessions of members.
type Key struct {
	Kind model.Kind // KindPrivate for a user
	ID   int64
}

func userKey(id int64) Key      { return Key{model.KindPrivate, id} }
func communityKey(id int64) Key { return Key{model.KindCommunity, id} }

// String names the key in the directory: u12 or g7.
func (k Key) String() string {
	if k.Kind == model.KindCommunity {
		return "g" + strconv.FormatInt(k.ID, 10)
	}
	return "u" + strconv.FormatInt(k.ID, 10)
}

// parseKey reads what String wrote.
func parseKey(text string) (Key, bool) {
	if len(text) < 2 {
		return Key{}, false
	}
	id, err := strconv.ParseInt(text[1:], 10, 64)
	if err != nil || id <= 0 {
		return Key{}, false
	}
	switch text[0] {
	case 'u':
		return userKey(id), true
	case 'g':
		return communityKey(id), true
	}
	return Key{}, false
}

// errAway is a directory that cannot be asked now.
var errAway = errors.New("redis is away")

// errTwin is a node that started later under the same name.
var errTwin = errors.New("another node runs under the same name; give each its own rpc.advertise")

// Directory tells which nodes hold what. It is a hint: what it says wrongly costs
// time, never a message. All its methods return within a second.
type Directory interface {
	// Put records that this node holds keys and reports of each whether another
	// live node does.
	Put(ctx context.Context, keys []Key) (elsewhere []bool, err error)
	// Drop records that it no longer does, and reports the same.
	Drop(ctx context.Context, keys []Key) (elsewhere []bool, err error)
	// Holders returns the names of the other live nodes that hold each key.
	Holders(ctx context.Context, keys []Key) ([][]string, error)
}

// Registry tells which nodes live.
type Registry interface {
	// Beat says that this node lives and returns the names of the other nodes that
	// do. fresh is true when it was not known to: it starts, was taken for dead, or
	// the registry was emptied. Everything it holds has to be put again then.
	Beat(ctx context.Context) (others []string, fresh bool, err error)
	// Orphans returns some of what a dead node held and no live node does, and
	// since when. Each is returned to one caller, once. ok is false when there are
	// none for now.
	Orphans(ctx context.Context) (keys []Key, since model.Millis, ok bool, err error)
	// Leave says that this node ends.
	Leave(ctx context.Context) error
}
