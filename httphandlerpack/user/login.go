package user

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"ginchat/model"
)

const (
	tokenBytes = 32
	// maxIdle and maxLife end a login that is not used and one that is.
	maxIdle = 30 * 24 * time.Hour
	maxLife = 90 * 24 * time.Hour
	// seenEvery spares a write on every request.
	seenEvery = 10 * time.Minute
)

// The same words whether the account, the password or both are wrong.
var errWrong = model.Errorf(model.Unauthenticated, "wrong account or password")

var (
	errDisabled = model.Errorf(model.Forbidden, "this account is disabled")
	errNoLogin  = model.Errorf(model.Unauthenticated, "please sign in")
)

// Attempt is somebody's claim to be a user.
type Attempt struct {
	Mobile string
	Passwd string
	Device string // the User-Agent header, or a name of the device
	IP     string
}

// Login checks a password and opens a login on a device. It returns the token
// that proves the login from now on and is kept nowhere. RateLimited says when to
// try again; Unauthenticated does not say whether the account exists, neither in
// words nor in time.
func (u *Users) Login(ctx context.Context, a Attempt) (model.User, string, error) {
	_, key, err := model.AccountKey(a.Mobile)
	if err != nil {
		key = "" // no such account; the address still pays for the try
	}
	try, err := u.tries.begin(ctx, accountTry(key), addressTry(a.IP))
	if err != nil {
		return model.User{}, "", err
	}
	user, token, err := u.login(ctx, key, a)
	// Only a wrong password uses a try up.
	try.end(model.CodeOf(err) == model.Unauthenticated)
	return user, token, err
}

func (u *Users) login(ctx context.Context, key string, a Attempt) (model.User, string, error) {
	user, err := u.store.Credential(ctx, key)
	if err != nil && !errors.Is(err, errNoUser) {
		return model.User{}, "", fmt.Errorf("read credential: %w", err)
	}
	hash := user.Passwd // "" when there is no such user; that takes as long to refuse
	switch ok, err := u.hasher.verify(ctx, hash, a.Passwd); {
	case err != nil:
		return model.User{}, "", err
	case !ok:
		return model.User{}, "", errWrong
	case user.DisabledAt != 0:
		return model.User{}, "", errDisabled
	}
	token := newToken()
	now := u.now()
	login := model.Login{
		TokenHash: hashToken(token), UserID: user.ID, Device: Device(a.Device), IP: limitRunes(printable(a.IP), 45),
		CreatedAt: now, SeenAt: now, ExpiresAt: now + millis(maxLife),
	}
	ended, err := u.store.AddLogin(ctx, &login, hash, u.cfg.LoginsPerUser, now-millis(maxIdle))
	if err != nil {
		return model.User{}, "", err
	}
	if len(ended) > 0 {
		u.sessions.EndLogins(user.ID, ended...)
	}
	user.Passwd = ""
	return user, token, nil
}

// Authenticate returns who holds token, and their login. Unauthenticated means
// that it proves nothing: unknown, ended, too old, or of a disabled account.
func (u *Users) Authenticate(ctx context.Context, token string) (model.User, model.Login, error) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return model.User{}, model.Login{}, errNoLogin
	}
	user, login, err := u.store.LoginOf(ctx, hashToken(token))
	if err != nil {
		return model.User{}, model.Login{}, err
	}
	now := u.now()
	if now >= login.ExpiresAt || now >= login.SeenAt+millis(maxIdle) || user.DisabledAt != 0 {
		return model.User{}, model.Login{}, errNoLogin
	}
	if now >= login.SeenAt+millis(seenEvery) {
		if err := u.store.Seen(ctx, login.ID, now); err != nil {
			return model.User{}, model.Login{}, err
		}
		login.SeenAt = now
	}
	return user, login, nil
}

// Logout ends a login and closes its sockets.
func (u *Users) Logout(ctx context.Context, l model.Login) error {
	if _, err := u.store.EndLogin(ctx, l.UserID, l.ID); err != nil {
		return err
	}
	u.sessions.EndLogins(l.UserID, l.ID)
	return nil
}

// Logins returns the devices that are logged in, the last used first.
func (u *Users) Logins(ctx context.Context, userID int64) ([]model.Login, error) {
	now := u.now()
	return u.store.Logins(ctx, userID, now, now-millis(maxIdle))
}

// EndLogin ends one of a user's logins and closes its sockets; NotFound when
// the user has no such login.
func (u *Users) EndLogin(ctx context.Context, userID, loginID int64) error {
	ended, err := u.store.EndLogin(ctx, userID, loginID)
	if err != nil {
		return err
	}
	if !ended {
		return model.Errorf(model.NotFound, "this device is not logged in")
	}
	u.sessions.EndLogins(userID, loginID)
	return nil
}

func newToken() string {
	var raw [tokenBytes]byte
	rand.Read(raw[:]) // never fails: crypto/rand ends the process rather than that
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func millis(d time.Duration) model.Millis { return model.Millis(d.Milliseconds()) }
