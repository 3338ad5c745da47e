package user

import (
	"context"
	"fmt"
	"time"

	"ginchat/model"
)

// SetDisabled ends an account, or lets it sign in again: for operators. Ending one
// ends its logins, and within seconds its sockets on every node that reads the
// commit log. NotFound when there is no such account.
func SetDisabled(ctx context.Context, store *Store, account string, disabled bool) (model.User, error) {
	_, key, err := model.AccountKey(account)
	if err != nil {
		return model.User{}, errNoUser
	}
	user, err := store.ByAccount(ctx, key)
	if err != nil {
		return model.User{}, err
	}
	user.DisabledAt = 0
	if disabled {
		user.DisabledAt = model.MillisOf(time.Now())
	}
	if err := store.SetDisabled(ctx, user.ID, user.DisabledAt); err != nil {
		return model.User{}, fmt.Errorf("disable user %d: %w", user.ID, err)
	}
	return user, nil
}
