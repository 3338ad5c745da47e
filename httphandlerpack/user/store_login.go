package user

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ginchat/model"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ChangePassword replaces the hash old and returns the other logins it ended. It
// fails when another change came first, or when current has ended meanwhile.
func (s *Store) ChangePassword(ctx context.Context, current model.Login, old, new string) (ended []int64, err error) {
	err = s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := lockPassword(tx, current.UserID, old); err != nil {
			return err
		}
		ids, err := loginIDs(tx, current.UserID)
		if err != nil {
			return err
		}
		still := false
		for _, id := range ids {
			if id == current.ID {
				still = true
			} else {
				ended = append(ended, id)
			}
		}
		if !still {
			return errNoLogin
		}
		if err := tx.Model(&model.User{}).Where("id = ?", current.UserID).Update("passwd", new).Error; err != nil {
			return fmt.Errorf("write password hash: %w", err)
		}
		return s.deleteLogins(tx, current.UserID, ended)
	})
	if err != nil {
		return nil, fmt.Errorf("change password of user %d: %w", current.UserID, err)
	}
	return ended, nil
}

// lockPassword locks the user's row, and refuses when the password checked
// before is no longer the password.
func lockPassword(tx *gorm.DB, userID int64, checked string) error {
	var user model.User
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Select("id", "passwd").Where("id = ?", userID).Take(&user).Error
	if err != nil {
		return fmt.Errorf("lock user: %w", err)
	}
	if user.Passwd != checked {
		return errWrong
	}
	return nil
}

// AddLogin inserts a login and sets its id, in one transaction with ending
// whatever makes the user have more than limit (0 = any number): first the logins
// that are too old or unused since idle, then the least recently used ones. It
// fails when checked is no longer the user's password hash.
func (s *Store) AddLogin(ctx context.Context, login *model.Login, checked string, limit int, idle model.Millis) (ended []int64, err error) {
	err = s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := lockPassword(tx, login.UserID, checked); err != nil {
			return err
		}
		var live []int64
		err := tx.Model(&model.Login{}).Where("user_id = ?", login.UserID).
			Where("seen_at > ? AND expires_at > ?", idle, login.CreatedAt).Order("seen_at DESC, id DESC").Pluck("id", &live).Error
		if err != nil {
			return fmt.Errorf("list live logins: %w", err)
		}
		if limit > 0 && len(live) >= limit {
			live = live[:limit-1]
		}
		all, err := loginIDs(tx, login.UserID)
		if err != nil {
			return err
		}
		ended = slices.DeleteFunc(all, func(id int64) bool { return slices.Contains(live, id) })
		if err := s.deleteLogins(tx, login.UserID, ended); err != nil {
			return err
		}
		return tx.Create(login).Error
	})
	if err != nil {
		return nil, fmt.Errorf("add login of user %d: %w", login.UserID, err)
	}
	return ended, nil
}

func loginIDs(tx *gorm.DB, userID int64) (ids []int64, err error) {
	err = tx.Model(&model.Login{}).Where("user_id = ?", userID).Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("list logins: %w", err)
	}
	return ids, nil
}

// deleteLogins deletes by primary key, after a read that locks nothing: a delete
// by user would lock the gap up to the next user's logins and invite deadlocks.
func (s *Store) deleteLogins(tx *gorm.DB, userID int64, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	if err := tx.Where("id IN ?", ids).Delete(&model.Login{}).Error; err != nil {
		return fmt.Errorf("delete logins: %w", err)
	}
	return s.announce(tx, userID, ids, false)
}

// SetDisabled writes since when a user is disabled, 0 for not, and ends all logins
// of one who is.
func (s *Store) SetDisabled(ctx context.Context, userID int64, at model.Millis) error {
	return s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Model(&model.User{}).Where("id = ?", userID).Update("disabled_at", at).Error; err != nil {
			return fmt.Errorf("write disabled_at: %w", err)
		}
		ids, err := loginIDs(tx, userID)
		if err != nil || at == 0 || len(ids) == 0 {
			return err
		}
		if err := tx.Where("id IN ?", ids).Delete(&model.Login{}).Error; err != nil {
			return fmt.Errorf("delete logins: %w", err)
		}
		return s.announce(tx, userID, ids, true)
	})
}

// announce writes to the commit log that logins have ended, so that every node
// closes their sockets even when no word of it arrives.
func (s *Store) announce(tx *gorm.DB, userID int64, ids []int64, disabled bool) error {
	if s.node == "" {
		return nil
	}
	var news model.News
	for _, id := range ids {
		news.Ended = append(news.Ended, model.EndedLogin{User: userID, Login: id, Disabled: disabled})
	}
	if err := tx.Create(model.NewCommit(s.node, model.MillisOf(time.Now()), news)).Error; err != nil {
		return fmt.Errorf("write to the commit log: %w", err)
	}
	return nil
}

// loginRow is a login with its user, as one query returns them.
type loginRow struct {
	User  model.User  `gorm:"embedded"`
	Login model.Login `gorm:"embedded;embeddedPrefix:login_"`
}

// LoginOf returns the login with this token hash, however old it is, and its user
// without password hash; errNoLogin when there is none.
func (s *Store) LoginOf(ctx context.Context, tokenHash []byte) (model.User, model.Login, error) {
	var row loginRow
	err := s.db.WithContext(ctx).Table("logins").
		Select("users.id,mobile,mobile_key,nickname,name_key,avatar,sex,memo,settings,users.created_at,disabled_at,"+
			"logins.id AS login_id,user_id AS login_user_id,device AS login_device,ip AS login_ip,"+
			"logins.created_at AS login_created_at,seen_at AS login_seen_at,expires_at AS login_expires_at").
		Joins("JOIN users ON users.id = logins.user_id").
		Where("logins.token_hash = ?", tokenHash).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return model.User{}, model.Login{}, errNoLogin
	}
	if err != nil {
		return model.User{}, model.Login{}, fmt.Errorf("read login: %w", err)
	}
	return row.User, row.Login, nil
}

// Seen records that a login was used, never going back.
func (s *Store) Seen(ctx context.Context, loginID int64, at model.Millis) error {
	err := s.db.WithContext(ctx).Model(&model.Login{}).Where("id = ? AND seen_at < ?", loginID, at).Update("seen_at", at).Error
	if err != nil {
		return fmt.Errorf("mark login %d as seen: %w", loginID, err)
	}
	return nil
}

// Logins returns the user's logins that still count at now, being used since
// idle; the last used first.
func (s *Store) Logins(ctx context.Context, userID int64, now, idle model.Millis) (logins []model.Login, err error) {
	err = s.db.WithContext(ctx).Where("user_id = ? AND seen_at > ? AND expires_at > ?", userID, idle, now).
		Order("seen_at DESC, id DESC").Find(&logins).Error
	if err != nil {
		return nil, fmt.Errorf("list logins of user %d: %w", userID, err)
	}
	return logins, nil
}

// EndLogin deletes one of the user's logins; ended is false when there was none.
func (s *Store) EndLogin(ctx context.Context, userID, loginID int64) (ended bool, err error) {
	err = s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		done := tx.Where("id = ? AND user_id = ?", loginID, userID).Delete(&model.Login{})
		if ended = done.RowsAffected > 0; done.Error != nil || !ended {
			return done.Error
		}
		return s.announce(tx, userID, []int64{loginID}, false)
	})
	if err != nil {
		return false, fmt.Errorf("end login %d of user %d: %w", loginID, userID, err)
	}
	return ended, nil
}
