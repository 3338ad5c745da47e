package user

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"

	"ginchat/model"
)

// maxNickname is the length of a nickname in characters.
const maxNickname = 32

// Registration is what a new user says.
type Registration struct {
	Mobile   string
	Passwd   string
	Nickname string // "" is made up
}

var errTaken = &model.Error{Code: model.Conflict, Field: "mobile", Message: "this account is taken; sign in, or choose another"}

// Register makes an account. Invalid names the field at fault; Conflict means
// that the account is taken.
func (u *Users) Register(ctx context.Context, r Registration) (model.User, error) {
	display, key, err := model.AccountKey(r.Mobile)
	if err != nil {
		return model.User{}, err
	}
	if err := u.checkPassword("passwd", r.Passwd); err != nil {
		return model.User{}, err
	}
	nickname, err := nicknameOf(r.Nickname)
	if err != nil {
		return model.User{}, err
	}
	// Hashing is the dear part, so it is asked before waiting for a processor and
	// after, when somebody else may have taken it; the unique key has the last word.
	free := func() error { return u.free(ctx, key) }
	if err := free(); err != nil {
		return model.User{}, err
	}
	hash, err := u.hasher.hashIf(ctx, r.Passwd, free)
	if err != nil {
		return model.User{}, err
	}
	user := model.User{
		Mobile: display, MobileKey: key, Passwd: hash,
		Nickname: nickname, NameKey: model.SearchKey(nickname),
		Sex: sexUnknown, CreatedAt: u.now(),
	}
	if err := u.store.Add(ctx, &user); err != nil {
		return model.User{}, err
	}
	user.Passwd = ""
	return user, nil
}

// free returns Conflict when the account is taken.
func (u *Users) free(ctx context.Context, key string) error {
	switch _, err := u.store.ByAccount(ctx, key); {
	case err == nil:
		return errTaken
	case !errors.Is(err, errNoUser):
		return fmt.Errorf("look account up: %w", err)
	}
	return nil
}

func nicknameOf(s string) (string, error) {
	if s != "" {
		return model.CleanName("nickname", s, maxNickname)
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("make a nickname up: %w", err)
	}
	return fmt.Sprintf("user%06d", n), nil
}
