// Package httphandler is what the handlers of all domains share: who is
// asking, reading a request, and writing the answer.
package httphandler

import (
	"ginchat/model"

	"github.com/gin-gonic/gin"
)

// Credential says how a caller proved who they are.
type Credential int

const (
	NoCredential Credential = iota
	// Cookie is sent by a browser on its own, so it needs a same-origin check.
	Cookie
	// Token came in the Authorization header or the token parameter.
	Token
)

// Identity is who is asking.
type Identity struct {
	User       model.User
	Login      model.Login
	Credential Credential
}

// Keys of gin's context.
const (
	identityKey = "identity"
	paramsKey   = "params"
)

// SetIdentity records who is asking; the router's middleware calls it.
func SetIdentity(c *gin.Context, id Identity) { c.Set(identityKey, id) }

// IdentityOf returns who is asking; ok is false for a stranger.
func IdentityOf(c *gin.Context) (id Identity, ok bool) {
	v, _ := c.Get(identityKey)
	id, ok = v.(Identity)
	return id, ok
}

// UserID returns the caller's user id, 0 for a stranger.
func UserID(c *gin.Context) int64 {
	id, _ := IdentityOf(c)
	return id.User.ID
}
