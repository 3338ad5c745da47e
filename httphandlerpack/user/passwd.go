package user

import (
	"context"
	_ "embed"
	"strings"
	"unicode/utf8"

	"ginchat/model"
)

// Bounds of a password in characters. All of it counts: nothing is trimmed,
// normalised or cut off.
const (
	minPasswd = 8
	maxPasswd = 128
)

//go:embed common_passwords.txt
var commonList string

func commonPasswords() map[string]struct{} {
	common := map[string]struct{}{}
	for line := range strings.Lines(commonList) {
		common[strings.TrimSpace(line)] = struct{}{}
	}
	return common
}

func (u *Users) checkPassword(field, passwd string) error {
	if n := utf8.RuneCountInString(passwd); n < minPasswd || n > maxPasswd {
		return model.FieldErrorf(field, "a password has %d to %d characters", minPasswd, maxPasswd)
	}
	if _, common := u.common[strings.ToLower(passwd)]; common {
		return model.FieldErrorf(field, "this password is one of the most used ones; choose another")
	}
	return nil
}

// ChangePassword replaces a password and ends all logins but current, sockets
// included, before it returns.
func (u *Users) ChangePassword(ctx context.Context, current model.Login, old, new string) error {
	if err := u.checkPassword("new", new); err != nil {
		return err
	}
	user, err := u.store.CredentialByID(ctx, current.UserID)
	if err != nil {
		return err
	}
	try, err := u.tries.begin(ctx, accountTry(user.MobileKey))
	if err != nil {
		return err
	}
	ok, err := u.hasher.verify(ctx, user.Passwd, old)
	try.end(err == nil && !ok)
	if err != nil {
		return err
	}
	if !ok {
		return errOldPassword
	}
	hash, err := u.hasher.hash(ctx, new)
	if err != nil {
		return err
	}
	ended, err := u.store.ChangePassword(ctx, current, user.Passwd, hash)
	if err != nil {
		return err
	}
	if len(ended) > 0 {
		u.sessions.EndLogins(current.UserID, ended...)
	}
	return nil
}

var errOldPassword = &model.Error{Code: model.Forbidden, Field: "old", Message: "the present password is wrong"}
