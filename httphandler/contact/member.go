package contact

import (
	"ginchat/args"
	"ginchat/httphandler"
	"ginchat/model"

	"github.com/gin-gonic/gin"
)

// Members handles POST /contact/members.
func (h *Handler) Members(c *gin.Context) error {
	id, err := destination(c)
	if err != nil {
		return err
	}
	members, err := h.contacts.Members(c.Request.Context(), httphandler.UserID(c), id)
	if err != nil {
		return err
	}
	rows := make([]args.Member, len(members))
	for i, m := range members {
		rows[i] = args.Member{Profile: args.NewProfile(m.User), Role: string(m.Role), Online: m.Presence.Online, SeenAt: args.Time(m.Presence.Seen),
			Until: args.Time(m.SilencedUntil), Remark: m.Remark}
	}
	return httphandler.Rows(c, rows, int64(len(rows)))
}

// Invite handles POST /contact/invite.
func (h *Handler) Invite(c *gin.Context) error {
	req, err := onMember(c)
	if err != nil {
		return err
	}
	if err := h.contacts.Invite(c.Request.Context(), httphandler.UserID(c), req.DstID, req.MemberID); err != nil {
		return err
	}
	return httphandler.OK(c, nil)
}

// KickMember handles POST /contact/kickmember.
func (h *Handler) KickMember(c *gin.Context) error {
	req, err := onMember(c)
	if err != nil {
		return err
	}
	if err := h.contacts.Kick(c.Request.Context(), httphandler.UserID(c), req.DstID, req.MemberID); err != nil {
		return err
	}
	return httphandler.OK(c, nil)
}

// SetRole handles POST /contact/setrole.
func (h *Handler) SetRole(c *gin.Context) error {
	req, err := onMember(c)
	if err != nil {
		return err
	}
	if err := h.contacts.SetRole(c.Request.Context(), httphandler.UserID(c), req.DstID, req.MemberID, model.Role(req.Role)); err != nil {
		return err
	}
	return httphandler.OK(c, nil)
}

// MuteMember handles POST /contact/mutemember.
func (h *Handler) MuteMember(c *gin.Context) error {
	req, err := onMember(c)
	if err != nil {
		return err
	}
	until := model.Millis(req.Until)
	if err := h.contacts.Silence(c.Request.Context(), httphandler.UserID(c), req.DstID, req.MemberID, until); err != nil {
		return err
	}
	return httphandler.OK(c, nil)
}
