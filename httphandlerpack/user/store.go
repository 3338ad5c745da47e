package user

import (
	"context"
	"errors"
	"fmt"

	"ginchat/model"

	"gorm.io/gorm"
)

// Store keeps users and logins. Whoever changes what belongs to one user as a
// whole, such as the number of logins, holds the lock of the user's row.
type Store struct {
	db   *gorm.DB
	node string // the boot id that the commit log knows this node by, "" for a single node
}

// NewStore returns a Store on a migrated database. node is the boot id of this
// node where there are several, else "".
func NewStore(db *gorm.DB, node string) *Store { return &Store{db: db, node: node} }

var errNoUser = model.Errorf(model.NotFound, "there is no such user")

// everyday are the columns of users but for the password hash, which only a
// check of a password reads.
const everyday = "id,mobile,mobile_key,nickname,name_key,avatar,sex,memo,settings,created_at,disabled_at"

// Add inserts a user and sets the id; errTaken when the account exists.
func (s *Store) Add(ctx context.Context, user *model.User) error {
	err := s.db.WithContext(ctx).Create(user).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return errTaken
	}
	if err != nil {
		return fmt.Errorf("insert user: %w", err)
	}
	return nil
}

// ByID returns a user without password hash.
func (s *Store) ByID(ctx context.Context, id int64) (model.User, error) {
	return one(s.db.WithContext(ctx).Select(everyday).Where("id = ?", id))
}

// ByAccount returns the user with this account key, without password hash.
func (s *Store) ByAccount(ctx context.Context, key string) (model.User, error) {
	return one(s.db.WithContext(ctx).Select(everyday).Where("mobile_key = ?", key))
}

// Credential is ByAccount with the password hash.
func (s *Store) Credential(ctx context.Context, key string) (model.User, error) {
	return one(s.db.WithContext(ctx).Where("mobile_key = ?", key))
}

// CredentialByID is ByID with the password hash.
func (s *Store) CredentialByID(ctx context.Context, id int64) (model.User, error) {
	return one(s.db.WithContext(ctx).Where("id = ?", id))
}

func one(query *gorm.DB) (user model.User, err error) {
	err = query.Take(&user).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return model.User{}, errNoUser
	}
	if err != nil {
		return model.User{}, fmt.Errorf("read user: %w", err)
	}
	return user, nil
}

// Profiles returns those of the users that exist, without password hashes.
func (s *Store) Profiles(ctx context.Context, ids []int64) (users []model.User, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = s.db.WithContext(ctx).Select(everyday).Where("id IN ?", ids).Find(&users).Error
	return users, err
}

// Update writes the named columns of a user.
func (s *Store) Update(ctx context.Context, user *model.User, columns []string) error {
	err := s.db.WithContext(ctx).Model(user).Select(columns).Updates(user).Error
	if err != nil {
		return fmt.Errorf("update user %d: %w", user.ID, err)
	}
	return nil
}
