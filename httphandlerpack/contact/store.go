package contact

import (
	"context"
	"fmt"

	"ginchat/model"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Store keeps address books and requests to join, and reads communities and
// their members, which the chat log writes.
//
// Whoever changes what is between two users holds the locks of both users' rows,
// taken in id order. So crossing changes come one after the other, cannot
// deadlock, and see each other's result.
type Store struct {
	db *gorm.DB
}

// NewStore returns a Store on a migrated database.
func NewStore(db *gorm.DB) *Store { return &Store{db: db} }

// topRune sorts after every text that goes on, so that a prefix is a range of an
// index, without the wildcards of LIKE.
const topRune = "\U0010ffff"

// between runs change in a transaction that holds the locks of both users.
func (s *Store) between(ctx context.Context, me, peer int64, change func(tx *gorm.DB, p pair) error) error {
	err := s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		var ids []int64
		err := forUpdate(tx).Table("users").Where("id IN ?", []int64{me, peer}).Order("id").Pluck("id", &ids).Error
		if err != nil {
			return fmt.Errorf("lock users: %w", err)
		}
		if len(ids) != 2 {
			return model.Errorf(model.NotFound, "there is no such user")
		}
		var rows []model.Contact
		err = tx.Where("(owner_id = ? AND peer_id = ?) OR (owner_id = ? AND peer_id = ?)", me, peer, peer, me).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("read contacts: %w", err)
		}
		var p pair
		for _, row := range rows {
			if row.OwnerID == me {
				p.mine = row
			} else {
				p.theirs = row
			}
		}
		return change(tx, p)
	})
	if err != nil {
		return fmt.Errorf("contact of users %d and %d: %w", me, peer, err)
	}
	return nil
}

func forUpdate(tx *gorm.DB) *gorm.DB {
	return tx.Clauses(clause.Locking{Strength: "UPDATE"}) // SQLite's dialect leaves it out
}

// holdSends locks the two users' conversation, if there is one. A send that
// reads the contacts under the same lock is then before or after this transaction.
func holdSends(tx *gorm.DB, a, b int64) error {
	var ids []int64
	err := forUpdate(tx).Table("conversations").Where("name = ?", model.PrivateName(a, b)).Pluck("id", &ids).Error
	if err != nil {
		return fmt.Errorf("lock conversation: %w", err)
	}
	return nil
}

// put writes a contact, keeping the remark of one that exists.
func put(tx *gorm.DB, owner, peer int64, state model.ContactState, at model.Millis) error {
	row := model.Contact{OwnerID: owner, PeerID: peer, State: state, CreatedAt: at}
	err := tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "owner_id"}, {Name: "peer_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"state", "created_at"}),
	}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("write contact: %w", err)
	}
	return nil
}

// link makes both friends.
func link(tx *gorm.DB, a, b int64, at model.Millis) error {
	if err := put(tx, a, b, model.Friend, at); err != nil {
		return err
	}
	return put(tx, b, a, model.Friend, at)
}

func drop(tx *gorm.DB, row model.Contact) error {
	err := tx.Where("owner_id = ? AND peer_id = ?", row.OwnerID, row.PeerID).Delete(&model.Contact{}).Error
	if err != nil {
		return fmt.Errorf("delete contact: %w", err)
	}
	return nil
}

// AddFriend makes the two friends, or leaves a request; see added. It returns my row.
func (s *Store) AddFriend(ctx context.Context, me, peer int64, approve bool, at model.Millis) (mine model.Contact, err error) {
	err = s.between(ctx, me, peer, func(tx *gorm.DB, p pair) error {
		state, err := p.added(approve)
		if err != nil {
			return err
		}
		mine = model.Contact{OwnerID: me, PeerID: peer, State: state, Memo: p.mine.Memo, CreatedAt: at}
		if state == model.Friend {
			return link(tx, me, peer, at)
		}
		return put(tx, me, peer, state, at)
	})
	return mine, err
}

// AnswerFriend settles asker's request.
func (s *Store) AnswerFriend(ctx context.Context, me, asker int64, accept bool, at model.Millis) error {
	return s.between(ctx, me, asker, func(tx *gorm.DB, p pair) error {
		if p.theirs.State != model.Requested {
			return model.Errorf(model.NotFound, "this user has not asked you")
		}
		if accept {
			return link(tx, me, asker, at)
		}
		return drop(tx, p.theirs)
	})
}

// RemoveFriend deletes the friendship, or my request; a block stays.
func (s *Store) RemoveFriend(ctx context.Context, me, peer int64) error {
	return s.between(ctx, me, peer, func(tx *gorm.DB, p pair) error {
		if err := holdSends(tx, me, peer); err != nil {
			return err
		}
		own := p.mine.State == model.Friend || p.mine.State == model.Requested
		other := p.theirs.State == model.Friend
		if !own && !other {
			return model.Errorf(model.NotFound, "you are not friends")
		}
		if own {
			if err := drop(tx, p.mine); err != nil {
				return err
			}
		}
		if other {
			return drop(tx, p.theirs)
		}
		return nil
	})
}

// Block writes the block and deletes peer's request.
func (s *Store) Block(ctx context.Context, me, peer int64, at model.Millis) error {
	return s.between(ctx, me, peer, func(tx *gorm.DB, p pair) error {
		if err := holdSends(tx, me, peer); err != nil {
			return err
		}
		if p.theirs.State == model.Requested {
			if err := drop(tx, p.theirs); err != nil {
				return err
			}
		}
		return put(tx, me, peer, model.Blocked, at)
	})
}

// Unblock restores the friendship that peer's row still tells of, or deletes the
// row. Where both have blocked, nothing tells of one, and it is over.
func (s *Store) Unblock(ctx context.Context, me, peer int64) error {
	return s.between(ctx, me, peer, func(tx *gorm.DB, p pair) error {
		switch {
		case p.mine.State != model.Blocked:
			return model.Errorf(model.NotFound, "you have not blocked this user")
		case p.theirs.State == model.Friend:
			return put(tx, me, peer, model.Friend, p.theirs.CreatedAt)
		}
		return drop(tx, p.mine)
	})
}

// Remark writes the remark on a friend or a blocked user.
func (s *Store) Remark(ctx context.Context, me, peer int64, memo string) error {
	return s.between(ctx, me, peer, func(tx *gorm.DB, p pair) error {
		if p.mine.State != model.Friend && p.mine.State != model.Blocked {
			return model.Errorf(model.NotFound, "you are not friends")
		}
		return tx.Model(&model.Contact{}).Where("owner_id = ? AND peer_id = ?", me, peer).Update("memo", memo).Error
	})
}

// friendRow is a friend with what the friend says of the owner.
type friendRow struct {
	model.Contact `gorm:"embedded"`
	Theirs        model.ContactState
}

// Friends returns the owner's friends.
func (s *Store) Friends(ctx context.Context, owner int64) (rows []friendRow, err error) {
	err = s.db.WithContext(ctx).Raw("SELECT mine.owner_id,mine.peer_id,mine.state,mine.memo,mine.created_at,COALESCE(theirs.state,'') AS theirs "+
		"FROM contacts mine LEFT JOIN contacts theirs ON theirs.owner_id = mine.peer_id AND theirs.peer_id = mine.owner_id "+
		"WHERE mine.owner_id = ? AND mine.state = ? ORDER BY mine.peer_id", owner, model.Friend).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list friends of user %d: %w", owner, err)
	}
	return rows, nil
}

// InState returns the owner's contacts in one state, the oldest first.
func (s *Store) InState(ctx context.Context, owner int64, state model.ContactState) ([]model.Contact, error) {
	return s.contacts(ctx, "owner_id = ? AND state = ?", owner, state)
}

// Requests returns who has asked the user, the oldest first; OwnerID is the asker.
func (s *Store) Requests(ctx context.Context, userID int64) ([]model.Contact, error) {
	return s.contacts(ctx, "peer_id = ? AND state = ?", userID, model.Requested)
}

// CountRequests returns how many have asked the user.
func (s *Store) CountRequests(ctx context.Context, userID int64) (int, error) {
	var n int64
	err := s.db.WithContext(ctx).Model(&model.Contact{}).Where("peer_id = ? AND state = ?", userID, model.Requested).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count requests to user %d: %w", userID, err)
	}
	return int(n), nil
}

func (s *Store) contacts(ctx context.Context, where string, args ...any) (rows []model.Contact, err error) {
	err = s.db.WithContext(ctx).Where(where, args...).Order("created_at, owner_id, peer_id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list contacts: %w", err)
	}
	return rows, nil
}

// AreFriends reports whether both say so, and neither has blocked the other.
func (s *Store) AreFriends(ctx context.Context, a, b int64) (bool, error) {
	rows, err := s.contacts(ctx, "state = ? AND ((owner_id = ? AND peer_id = ?) OR (owner_id = ? AND peer_id = ?))", model.Friend, a, b, b, a)
	return len(rows) == 2, err
}

// FriendsAmong returns those of the peers who are the owner's friends and say so too.
func (s *Store) FriendsAmong(ctx context.Context, owner int64, peers []int64) (friends []int64, err error) {
	if len(peers) == 0 {
		return nil, nil
	}
	err = s.db.WithContext(ctx).Raw("SELECT mine.peer_id FROM contacts mine JOIN contacts theirs ON theirs.owner_id = mine.peer_id AND theirs.peer_id = mine.owner_id "+
		"WHERE mine.owner_id = ? AND mine.peer_id IN ? AND mine.state = ? AND theirs.state = ?", owner, peers, model.Friend, model.Friend).Scan(&friends).Error
	if err != nil {
		return nil, fmt.Errorf("find friends of user %d: %w", owner, err)
	}
	return friends, nil
}

// Remarks returns the owner's contacts among the peers that have a remark.
func (s *Store) Remarks(ctx context.Context, owner int64, peers []int64) ([]model.Contact, error) {
	return s.contacts(ctx, "owner_id = ? AND peer_id IN ? AND memo <> ''", owner, peers)
}

// SearchUsers returns the users with this id or account key, and those whose name
// key begins with name, with public columns only.
func (s *Store) SearchUsers(ctx context.Context, userID, id int64, account, name string, limit int) (exact, named []model.User, err error) {
	query := func() *gorm.DB {
		return s.db.WithContext(ctx).Select("id,nickname,avatar,sex,memo,created_at").Where("disabled_at = 0").
			Where("NOT EXISTS (SELECT 1 FROM contacts c WHERE c.owner_id = users.id AND c.peer_id = ? AND c.state = ?)", userID, model.Blocked)
	}
	if err := query().Where("id = ? OR mobile_key = ?", id, account).Order("id").Find(&exact).Error; err != nil {
		return nil, nil, fmt.Errorf("search user: %w", err)
	}
	err = query().Where("name_key >= ? AND name_key < ?", name, name+topRune).Order("name_key, id").Limit(limit).Find(&named).Error
	if err != nil {
		return nil, nil, fmt.Errorf("search users: %w", err)
	}
	return exact, named, nil
}
