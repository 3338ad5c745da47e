package user

import (
	"ginchat/args"
	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/user"
	"ginchat/model"

	"github.com/gin-gonic/gin"
)

// Login handles POST /user/login. Programs take the token from the answer,
// browsers from the cookie.
func (h *Handler) Login(c *gin.Context) error {
	var req args.Login
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	user, token, err := h.users.Login(c.Request.Context(), logic.Attempt{
		Mobile: req.Mobile, Passwd: req.Passwd, Device: c.Request.UserAgent(), IP: c.ClientIP(),
	})
	if err != nil {
		return err
	}
	h.cookie.Set(c, token)
	answer := args.NewUser(user)
	answer.Token = token
	return httphandler.OK(c, answer)
}

// Logout handles POST /user/logout.
func (h *Handler) Logout(c *gin.Context) error {
	if err := httphandler.Bind(c, &struct{}{}); err != nil {
		return err
	}
	id, _ := httphandler.IdentityOf(c)
	if err := h.users.Logout(c.Request.Context(), id.Login); err != nil {
		return err
	}
	if id.Credential == httphandler.Cookie {
		h.cookie.Clear(c)
	}
	return httphandler.OK(c, nil)
}

// Logins handles GET /user/logins.
func (h *Handler) Logins(c *gin.Context) error {
	if err := httphandler.Bind(c, &struct{}{}); err != nil {
		return err
	}
	id, _ := httphandler.IdentityOf(c)
	logins, err := h.users.Logins(c.Request.Context(), id.User.ID)
	if err != nil {
		return err
	}
	return httphandler.Rows(c, args.NewDevices(logins, id.Login.ID), int64(len(logins)))
}

// EndLogin handles POST /user/logins/end.
func (h *Handler) EndLogin(c *gin.Context) error {
	var req args.EndLogin
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	if req.ID <= 0 {
		return model.FieldErrorf("id", "id is missing")
	}
	if err := h.users.EndLogin(c.Request.Context(), httphandler.UserID(c), req.ID); err != nil {
		return err
	}
	return httphandler.OK(c, nil)
}

// Passwd handles POST /user/passwd.
func (h *Handler) Passwd(c *gin.Context) error {
	var req args.Passwd
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	id, _ := httphandler.IdentityOf(c)
	if err := h.users.ChangePassword(c.Request.Context(), id.Login, req.Old, req.New); err != nil {
		return err
	}
	return httphandler.OK(c, nil)
}
