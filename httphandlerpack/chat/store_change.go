package chat

import (
	"context"
	"errors"
	"fmt"

	"ginchat/model"

	"gorm.io/gorm"
)

// communityState is what a change is decided on, read under the lock.
type communityState struct {
	community model.Community
	actor     *model.Member // nil when not a member
	target    *model.Member
	members   int64
}

// Change applies a change to its community and appends its entry, in one
// transaction under the lock that sends take. A refusal is the send's outcome.
func (s *Store) Change(ctx context.Context, one *send, limits Config, now model.Millis) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		if one.change.Role == model.RoleOwner {
			if err := s.lockUser(tx, one.change.Member); err != nil {
				return err
			}
		}
		batch := []*send{one}
		heads, err := s.lock(tx, batch)
		if err != nil {
			return err
		}
		if err := s.refuseEnded(tx, batch, now); err != nil {
			return err
		}
		stored, err := s.stored(tx, batch)
		if err != nil {
			return err
		}
		if dedupe(batch, stored); one.settled() {
			return nil
		}
		state, err := s.state(tx, one)
		if err != nil {
			return err
		}
		if err := permit(one.change, state, limits); err != nil {
			return err
		}
		fresh := assign(batch, heads, now)
		if err := s.apply(tx, one, state, limits); err != nil {
			return err
		}
		if err := s.insert(tx, fresh); err != nil {
			return err
		}
		if err := s.advance(tx, heads); err != nil {
			return err
		}
		return s.announce(tx, now, model.News{Ranges: rangesOf(fresh)})
	})
	var refusal *model.Error
	if errors.As(err, &refusal) {
		one.err = refusal
		return nil
	}
	return err
}

func (s *Store) state(tx *gorm.DB, one *send) (*communityState, error) {
	state := &communityState{}
	found := tx.Raw("SELECT * FROM communities WHERE id=?"+s.forUpdate(), one.change.Community).Scan(&state.community)
	if found.Error != nil {
		return nil, fmt.Errorf("read community %d: %w", one.change.Community, found.Error)
	}
	if found.RowsAffected == 0 {
		return nil, model.Errorf(model.NotFound, "there is no such community")
	}
	var rows []*model.Member
	err := tx.Raw("SELECT * FROM members WHERE conversation_id=? AND user_id IN ?", one.conversation,
		[]int64{one.change.Actor, one.change.Member}).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	for _, row := range rows {
		if row.UserID == one.change.Actor {
			state.actor = row
		}
		if row.UserID == one.change.Member {
			state.target = row
		}
	}
	err = tx.Raw("SELECT COUNT(*) FROM members WHERE conversation_id=?", one.conversation).Scan(&state.members).Error
	if err != nil {
		return nil, fmt.Errorf("count members: %w", err)
	}
	return state, nil
}

// apply writes what the change does to the community and its members.
func (s *Store) apply(tx *gorm.DB, one *send, state *communityState, limits Config) error {
	c := one.change
	member := tx.Where("conversation_id=? AND user_id=?", one.conversation, c.Member).Model(&model.Member{})
	switch c.Op {
	case model.OpJoin:
		return tx.Create(&model.Member{ConversationID: one.conversation, UserID: c.Member, Role: model.RoleMember,
			JoinedSeq: one.msg.Seq, ReadSeq: one.msg.Seq}).Error
	case model.OpLeave, model.OpKick:
		return member.Delete(&model.Member{}).Error
	case model.OpSilence:
		return member.Update("silenced_until", c.Until).Error
	case model.OpRole:
		if c.Role == model.RoleOwner {
			return s.handOver(tx, one, limits)
		}
		return member.Update("role", c.Role).Error
	case model.OpRename, model.OpUpdate:
		return tx.Model(&state.community).Updates(columns(c.Update)).Error
	case model.OpDissolve:
		if err := tx.Exec("DELETE FROM members WHERE conversation_id=?", one.conversation).Error; err != nil {
			return err
		}
		return tx.Delete(&state.community).Error
	}
	return fmt.Errorf("unknown change %q", c.Op)
}

// handOver makes the member the owner and the owner an admin.
func (s *Store) handOver(tx *gorm.DB, one *send, limits Config) error {
	c := one.change
	if err := s.mayOwnOneMore(tx, c.Member, limits); err != nil {
		return err
	}
	if err := tx.Exec("UPDATE communities SET owner_id=? WHERE id=?", c.Member, c.Community).Error; err != nil {
		return err
	}
	return tx.Exec("UPDATE members SET role=CASE user_id WHEN ? THEN ? ELSE ? END WHERE conversation_id=? AND user_id IN ?",
		c.Member, model.RoleOwner, model.RoleAdmin, one.conversation, []int64{c.Member, c.Actor}).Error
}

// lockUser makes whoever else counts what the user owns wait. It MUST come
// before the transaction's first plain read, which fixes what later ones see.
func (s *Store) lockUser(tx *gorm.DB, user int64) error {
	var id int64
	if err := tx.Raw("SELECT id FROM users WHERE id=?"+s.forUpdate(), user).Scan(&id).Error; err != nil {
		return fmt.Errorf("lock user %d: %w", user, err)
	}
	return nil
}

// mayOwnOneMore refuses when the user, who is locked, owns as many communities
// as are allowed.
func (s *Store) mayOwnOneMore(tx *gorm.DB, user int64, limits Config) error {
	if limits.CommunitiesOwned == 0 {
		return nil
	}
	var owned int64
	if err := tx.Raw("SELECT COUNT(*) FROM communities WHERE owner_id=?", user).Scan(&owned).Error; err != nil {
		return fmt.Errorf("count communities of user %d: %w", user, err)
	}
	if owned >= int64(limits.CommunitiesOwned) {
		return model.Errorf(model.Conflict, "a user can own at most %d communities", limits.CommunitiesOwned)
	}
	return nil
}

// CreateCommunity makes a community, its conversation and its owner's
// membership: all or nothing.
func (s *Store) CreateCommunity(ctx context.Context, c model.Community, limits Config) (model.Community, error) {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		if err := s.lockUser(tx, c.OwnerID); err != nil {
			return err
		}
		if err := s.mayOwnOneMore(tx, c.OwnerID, limits); err != nil {
			return err
		}
		if err := tx.Create(&c).Error; err != nil {
			return fmt.Errorf("create community: %w", err)
		}
		log := model.Conversation{Name: model.CommunityName(c.ID), LastHash: make([]byte, 32), LastAt: c.CreatedAt}
		if err := tx.Create(&log).Error; err != nil {
			return fmt.Errorf("create conversation: %w", err)
		}
		owner := model.Member{ConversationID: log.ID, UserID: c.OwnerID, Role: model.RoleOwner}
		if err := tx.Create(&owner).Error; err != nil {
			return fmt.Errorf("create owner: %w", err)
		}
		return s.announce(tx, c.CreatedAt, model.News{Ranges: []model.Range{{Conversation: log.ID,
			Parties: model.Parties{Community: c.ID}, First: 1, Joined: c.OwnerID}}})
	})
	return c, err
}

// columns turns the values that are set into a gorm update.
func columns(u model.CommunityUpdate) map[string]any {
	set := map[string]any{}
	if u.Name != nil {
		set["name"], set["name_key"] = *u.Name, model.SearchKey(*u.Name)
	}
	if u.Icon != nil {
		set["icon"] = *u.Icon
	}
	if u.Memo != nil {
		set["memo"] = *u.Memo
	}
	if u.Cate != nil {
		set["cate"] = *u.Cate
	}
	if u.JoinPolicy != nil {
		set["join_policy"] = *u.JoinPolicy
	}
	if u.HistoryPolicy != nil {
		set["history_policy"] = *u.HistoryPolicy
	}
	return set
}
