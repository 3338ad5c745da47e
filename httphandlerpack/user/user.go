// Package user is about people's accounts: signing up, proving who one is on
// each device, and what a person says of themselves.
package user

import (
	"context"
	"fmt"
	"time"

	"ginchat/model"
)

// Sessions closes the live sockets of logins that have ended, at once.
type Sessions interface {
	EndLogins(userID int64, loginIDs ...int64)
}

// Config holds the limits of accounts; 0 switches a limit off.
type Config struct {
	// LoginsPerUser is how many devices are logged in at most; one more ends the
	// least recently used login.
	LoginsPerUser int
	// LoginTries is how many wrong passwords an account and an address have before
	// they must wait 10 s for each further try.
	LoginTries int
	// Now tells the time; nil means time.Now.
	Now func() time.Time
}

// Users holds the rules about accounts.
type Users struct {
	store    *Store
	sessions Sessions
	cfg      Config
	hasher   *hasher
	common   map[string]struct{}
	tries    *tries
}

// New returns the rules about accounts on store.
func New(store *Store, sessions Sessions, cfg Config) *Users {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Users{
		store:    store,
		sessions: sessions,
		cfg:      cfg,
		hasher:   newHasher(),
		common:   commonPasswords(),
		tries:    newTries(cfg.LoginTries, cfg.Now),
	}
}

func (u *Users) now() model.Millis { return model.MillisOf(u.cfg.Now()) }

// ByID returns a user, without the password hash; NotFound if there is none.
func (u *Users) ByID(ctx context.Context, id int64) (model.User, error) {
	return u.store.ByID(ctx, id)
}

// ByAccount returns the user with this account name, however it is written;
// NotFound if there is none.
func (u *Users) ByAccount(ctx context.Context, mobile string) (model.User, error) {
	_, key, err := model.AccountKey(mobile)
	if err != nil {
		return model.User{}, errNoUser
	}
	return u.store.ByAccount(ctx, key)
}

// Profiles returns those of the users that exist, by id, without password hashes.
func (u *Users) Profiles(ctx context.Context, ids []int64) (map[int64]model.User, error) {
	rows, err := u.store.Profiles(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read %d profiles: %w", len(ids), err)
	}
	profiles := make(map[int64]model.User, len(rows))
	for _, row := range rows {
		profiles[row.ID] = row
	}
	return profiles, nil
}
