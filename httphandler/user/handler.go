// Package user answers the requests about accounts, as docs/protocol.md names them.
package user

import (
	"ginchat/args"
	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/user"
	"ginchat/model"

	"github.com/gin-gonic/gin"
)

// Handler answers requests under /user.
type Handler struct {
	users  *logic.Users
	cookie Cookie
}

// New returns a Handler on the rules about accounts, for browsers of site.
func New(users *logic.Users, site httphandler.Site) *Handler {
	return &Handler{users: users, cookie: Cookie{site: site}}
}

// Register handles POST /user/register.
func (h *Handler) Register(c *gin.Context) error {
	var req args.Register
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	user, err := h.users.Register(c.Request.Context(), logic.Registration(req))
	if err != nil {
		return err
	}
	return httphandler.OK(c, args.NewUser(user))
}

// Find handles POST /user/find: by id, or by account name.
func (h *Handler) Find(c *gin.Context) error {
	var req args.FindUser
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	find := func() (model.User, error) { return h.users.ByID(c.Request.Context(), req.ID) }
	switch {
	case req.ID != 0:
	case req.Mobile != "":
		find = func() (model.User, error) { return h.users.ByAccount(c.Request.Context(), req.Mobile) }
	default:
		return model.FieldErrorf("id", "id or mobile is missing")
	}
	user, err := find()
	if err != nil {
		return err
	}
	return httphandler.OK(c, args.NewProfile(user))
}
