package user

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// cookieLife is how long a browser keeps a login it does not use.
const cookieLife = 30 * 24 * time.Hour

// Cookie carries a login's token in a browser. Scripts cannot read it, and other
// sites' forms do not send it.
type Cookie struct {
	secure bool
}

// NewCookie returns the cookie of a site; secure says that people reach it by
// https. The name then has the __Host- prefix, so that no other host of the
// domain can set it (RFC 6265bis §4.1.3.2).
func NewCookie(secure bool) Cookie { return Cookie{secure: secure} }

// Name is the cookie's name.
func (k Cookie) Name() string {
	if k.secure {
		return "__Host-ginchat"
	}
	return "ginchat"
}

// Token returns the token a request carries in the cookie, "" if none.
func (k Cookie) Token(r *http.Request) string {
	cookie, err := r.Cookie(k.Name())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// Set gives the browser a token, anew for another 30 days.
func (k Cookie) Set(c *gin.Context, token string) { k.write(c, token, int(cookieLife.Seconds())) }

// Clear makes the browser forget the token.
func (k Cookie) Clear(c *gin.Context) { k.write(c, "", -1) }

func (k Cookie) write(c *gin.Context, token string, seconds int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: k.Name(), Value: token, Path: "/", MaxAge: seconds,
		Secure: k.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
