package chat

import (
	"strconv"

	"ginchat/args"
	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/chat"
	"ginchat/model"

	"github.com/gin-gonic/gin"
)

// Send handles POST /chat/send, the same as a send over a socket.
func (h *Handler) Send(c *gin.Context) error {
	var req args.Send
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	var crc *uint32
	if req.CRC != "" {
		sum, err := strconv.ParseUint(req.CRC, 10, 32)
		if err != nil {
			return model.FieldErrorf("crc", "crc must be a CRC-32")
		}
		crc = new(uint32(sum))
	}
	msgid, err := args.NameOf(req.MsgID)
	if err != nil {
		return err
	}
	to := model.Address{Kind: model.Kind(req.Cmd), DstID: req.DstID}
	m, err := h.chat.Send(c.Request.Context(), httphandler.UserID(c), to, msgid, req.Draft(), crc)
	if err != nil {
		return err
	}
	return httphandler.OK(c, args.NewAck(0, to, &m))
}

// History handles GET /chat/history.
func (h *Handler) History(c *gin.Context) error {
	var req args.History
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	self := httphandler.UserID(c)
	of := model.Address{Kind: model.Kind(req.Cmd), DstID: req.DstID}
	entries, last, err := h.chat.History(c.Request.Context(), self, of, logic.Page{Before: req.Before, After: req.After, Limit: req.Limit})
	if err != nil {
		return err
	}
	parties, err := model.ParseName(of.Name(self))
	if err != nil {
		return err
	}
	rows := make([]args.Message, len(entries))
	for i := range entries {
		rows[i] = args.NewMessage(&entries[i], parties)
	}
	return httphandler.Rows(c, rows, last)
}

// Conversations handles GET /chat/conversations.
func (h *Handler) Conversations(c *gin.Context) error {
	if err := httphandler.Bind(c, &struct{}{}); err != nil {
		return err
	}
	summaries, err := h.chat.Conversations(c.Request.Context(), httphandler.UserID(c))
	if err != nil {
		return err
	}
	rows := make([]args.Conversation, len(summaries))
	for i, s := range summaries {
		rows[i] = args.Conversation{Cmd: int(s.Address.Kind), DstID: s.Address.DstID, Title: s.Title, Avatar: s.Avatar,
			Sender: s.LastSender, LastSeq: s.LastSeq, ReadSeq: s.ReadSeq, Unread: s.Unread, Muted: s.Muted}
		if s.Last != nil {
			rows[i].Last = new(args.NewMessage(s.Last, s.Parties))
		}
	}
	return httphandler.Rows(c, rows, int64(len(rows)))
}

// Read handles POST /chat/read, the same as cmd 4 over a socket.
func (h *Handler) Read(c *gin.Context) error {
	var req args.ReadMark
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	of := model.Address{Kind: model.Kind(req.Cmd), DstID: req.DstID}
	if err := h.chat.Read(c.Request.Context(), httphandler.UserID(c), of, req.Seq); err != nil {
		return err
	}
	return httphandler.OK(c, nil)
}

// Mute handles POST /chat/mute: no notifications of a conversation.
func (h *Handler) Mute(c *gin.Context) error {
	var req args.Mute
	if err := httphandler.Bind(c, &req); err != nil {
		return err
	}
	of := model.Address{Kind: model.Kind(req.Cmd), DstID: req.DstID}
	if err := h.chat.Mute(c.Request.Context(), httphandler.UserID(c), of, req.Muted != 0); err != nil {
		return err
	}
	return httphandler.OK(c, nil)
}
