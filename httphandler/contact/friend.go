package contact

import (
	"context"

	"ginchat/args"
	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/contact"
	"ginchat/model"

	"github.com/gin-gonic/gin"
)

// LoadFriend handles POST /contact/loadfriend.
func (h *Handler) LoadFriend(c *gin.Context) error { return list(c, h.contacts.Friends) }

// LoadBlocked handles POST /contact/loadblocked: whom the caller has blocked.
func (h *Handler) LoadBlocked(c *gin.Context) error { return list(c, h.contacts.Blocked) }

// LoadRequest handles POST /contact/loadrequest: who waits for the caller's answer.
func (h *Handler) LoadRequest(c *gin.Context) error { return list(c, h.contacts.Requests) }

// LoadAsked handles POST /contact/loadasked: whose answer the caller waits for.
func (h *Handler) LoadAsked(c *gin.Context) error { return list(c, h.contacts.Asked) }

func list(c *gin.Context, load func(context.Context, int64) ([]logic.Friend, error)) error {
	if err := httphandler.Bind(c, &struct{}{}); err != nil {
		return err
	}
	friends, err := load(c.Request.Context(), httphandler.UserID(c))
	if err != nil {
		return err
	}
	rows := make([]args.Friend, len(friends))
	for i, friend := range friends {
		rows[i] = newFriend(friend)
	}
	return httphandler.Rows(c, rows, int64(len(rows)))
}

func newFriend(f logic.Friend) args.Friend {
	return args.Friend{Profile: args.NewProfile(f.User), State: string(f.State), Remark: f.Remark, Online: f.Presence.Online, SeenAt: args.Time(f.Presence.Seen)}
}

// AddFriend handles POST /contact/addfriend.
func (h *Handler) AddFriend(c *gin.Context) error {
	var req args.AddFriend
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	friend, err := h.contacts.AddFriend(c.Request.Context(), httphandler.UserID(c), req.DstID)
	if err != nil {
		return err
	}
	return httphandler.OK(c, newFriend(friend))
}

// AnswerFriend handles POST /contact/answerfriend.
func (h *Handler) AnswerFriend(c *gin.Context) error {
	var req args.AnswerFriend
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	if req.Accept != 0 && req.Accept != 1 {
		return model.FieldErrorf("accept", "accept is 1 or 0")
	}
	if err := h.contacts.AnswerFriend(c.Request.Context(), httphandler.UserID(c), req.DstID, req.Accept == 1); err != nil {
		return err
	}
	return httphandler.OK(c, nil)
}

// RemoveFriend handles POST /contact/removefriend.
func (h *Handler) RemoveFriend(c *gin.Context) error { return toward(c, h.contacts.RemoveFriend) }

// BlockUser handles POST /contact/blockuser.
func (h *Handler) BlockUser(c *gin.Context) error { return toward(c, h.contacts.Block) }

// UnblockUser handles POST /contact/unblockuser.
func (h *Handler) UnblockUser(c *gin.Context) error { return toward(c, h.contacts.Unblock) }

// toward does what needs no more than whom it is done to.
func toward(c *gin.Context, do func(ctx context.Context, userID, id int64) error) error {
	id, err := destination(c)
	if err != nil {
		return err
	}
	if err := do(c.Request.Context(), httphandler.UserID(c), id); err != nil {
		return err
	}
	return httphandler.OK(c, nil)
}

// Remark handles POST /contact/remark.
func (h *Handler) Remark(c *gin.Context) error {
	var req args.Remark
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	if err := h.contacts.Remark(c.Request.Context(), httphandler.UserID(c), req.DstID, req.Memo); err != nil {
		return err
	}
	return httphandler.OK(c, nil)
}
