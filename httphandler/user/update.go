package user

import (
	"encoding/json"

	"ginchat/args"
	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/user"
	"ginchat/model"

	"github.com/gin-gonic/gin"
)

// Update handles POST /user/update.
func (h *Handler) Update(c *gin.Context) error {
	var req args.UpdateUser
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	id, _ := httphandler.IdentityOf(c)
	update := logic.Update{Nickname: req.Nickname, Avatar: req.Avatar, Sex: req.Sex, Memo: req.Memo}
	if req.Settings != nil {
		settings, err := merged(id.User.Settings, *req.Settings)
		if err != nil {
			return err
		}
		update.Settings = &settings
	}
	user, err := h.users.Update(c.Request.Context(), id.User.ID, update)
	if err != nil {
		return err
	}
	return httphandler.OK(c, args.NewUser(user))
}

// merged returns settings with the known keys of a JSON object put over them.
func merged(settings model.Settings, object string) (model.Settings, error) {
	if err := json.Unmarshal([]byte(object), &settings); err != nil {
		return model.Settings{}, model.FieldErrorf("settings", "settings is a JSON object, such as {\"theme\":\"dark\"}")
	}
	return settings, nil
}
