package contact

import (
	"net/http"

	"ginchat/args"
	"ginchat/httphandler"
	"ginchat/model"

	"github.com/gin-gonic/gin"
)

// refuseLink answers a GET that would change something and carries no more proof
// than a cookie: a link on any page makes a browser send that. It reports whether
// it has answered.
func refuseLink(c *gin.Context) bool {
	if id, _ := httphandler.IdentityOf(c); c.Request.Method == http.MethodPost || id.Credential == httphandler.Token {
		return false
	}
	c.Header("Allow", http.MethodPost)
	c.AbortWithStatusJSON(http.StatusMethodNotAllowed, args.Envelope{Code: -1, Error: string(model.Forbidden),
		Msg: "use POST, or prove who you are by the Authorization header or the token parameter"})
	return true
}
