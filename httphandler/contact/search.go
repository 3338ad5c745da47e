package contact

import (
	"ginchat/args"
	"ginchat/httphandler"

	"github.com/gin-gonic/gin"
)

// Search handles POST /contact/search.
func (h *Handler) Search(c *gin.Context) error {
	var req args.Search
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	found, err := h.contacts.Search(c.Request.Context(), httphandler.UserID(c), req.Kword)
	if err != nil {
		return err
	}
	users := make([]args.Profile, len(found.Users))
	for i, user := range found.Users {
		users[i] = args.NewProfile(user)
	}
	return httphandler.OK(c, args.Found{Users: users, Communities: newCommunities(found.Communities)})
}
