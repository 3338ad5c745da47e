package contact

import (
	"ginchat/args"
	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/contact"

	"github.com/gin-gonic/gin"
)

// LoadCommunity handles POST /contact/loadcommunity.
func (h *Handler) LoadCommunity(c *gin.Context) error {
	if err := httphandler.Bind(c, &struct{}{}); err != nil {
		return err
	}
	communities, err := h.contacts.Communities(c.Request.Context(), httphandler.UserID(c))
	if err != nil {
		return err
	}
	return httphandler.Rows(c, newCommunities(communities), int64(len(communities)))
}

func newCommunities(communities []logic.Community) []args.Community {
	rows := make([]args.Community, len(communities))
	for i, community := range communities {
		rows[i] = newCommunity(community)
	}
	return rows
}

func newCommunity(c logic.Community) args.Community {
	role := c.Role
	if c.Asked {
		role = logic.RoleRequested
	}
	return args.NewCommunity(c.Community, role, c.Members)
}

// CreateCommunity handles POST and GET /contact/createcommunity.
func (h *Handler) CreateCommunity(c *gin.Context) error {
	if refuseLink(c) {
		return nil
	}
	var req args.CreateCommunity
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	created, err := h.contacts.CreateCommunity(c.Request.Context(), httphandler.UserID(c), req.Draft())
	if err != nil {
		return err
	}
	return httphandler.OK(c, newCommunity(created))
}

// UpdateCommunity handles POST /contact/updatecommunity.
func (h *Handler) UpdateCommunity(c *gin.Context) error {
	var req args.UpdateCommunity
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	if err := checkID("dstid", req.DstID); err != nil {
		return err
	}
	community, err := h.contacts.UpdateCommunity(c.Request.Context(), httphandler.UserID(c), req.DstID, req.Update())
	if err != nil {
		return err
	}
	return httphandler.OK(c, newCommunity(community))
}

// DissolveCommunity handles POST /contact/dissolvecommunity.
func (h *Handler) DissolveCommunity(c *gin.Context) error { return toward(c, h.contacts.Dissolve) }

// JoinCommunity handles POST and GET /contact/joincommunity. The role in the answer
// is "requested" where the community accepts people first.
func (h *Handler) JoinCommunity(c *gin.Context) error {
	if refuseLink(c) {
		return nil
	}
	id, err := destination(c)
	if err != nil {
		return err
	}
	community, err := h.contacts.Join(c.Request.Context(), httphandler.UserID(c), id)
	if err != nil {
		return err
	}
	return httphandler.OK(c, newCommunity(community))
}

// LeaveCommunity handles POST /contact/leavecommunity.
func (h *Handler) LeaveCommunity(c *gin.Context) error { return toward(c, h.contacts.Leave) }
