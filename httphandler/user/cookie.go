package user

import (
	"net/http"
	"time"

	"ginchat/httphandler"

	"github.com/gin-gonic/gin"
)

// cookieLife is how long a browser keeps a token: as long as a login can live.
// The server ends a login that is not used sooner, and a shorter cookie would sign
// out people who come every day.
const cookieLife = 90 * 24 * time.Hour

// Cookie gives browsers their token. Scripts cannot read it, and other sites'
// forms do not send it.
type Cookie struct {
	site httphandler.Site
}

// Set gives the browser a token.
func (k Cookie) Set(c *gin.Context, token string) { k.write(c, token, int(cookieLife.Seconds())) }

// Clear makes the browser forget its token.
func (k Cookie) Clear(c *gin.Context) { k.write(c, "", -1) }

func (k Cookie) write(c *gin.Context, token string, seconds int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: k.site.CookieName(), Value: token, Path: "/", MaxAge: seconds,
		Secure: k.site.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
