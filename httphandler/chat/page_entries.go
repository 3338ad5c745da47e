package chat

import (
	"ginchat/model"
	"ginchat/view"
)

// entries builds the timeline: rows ascending, with a head for each day and a
// mark before what came after readSeq.
func (r *reader) entries(rows []model.Message, readSeq int64) []view.Entry {
	entries := make([]view.Entry, 0, len(rows)+4)
	marked := len(rows) > 0 && rows[0].Seq > readSeq && rows[0].Seq == 1
	for i := range rows {
		m := &rows[i]
		at := r.moment(m.SentAt)
		newDay := i == 0 || !at.SameDay(r.moment(rows[i-1].SentAt))
		if newDay {
			entries = append(entries, view.Entry{Day: &at})
		}
		isNew := !marked && m.Seq > readSeq && m.Op == "" && m.SenderID != r.id
		if isNew {
			marked = true
			entries = append(entries, view.Entry{New: true})
		}
		if m.Op != "" {
			entries = append(entries, view.Entry{Seq: m.Seq, Change: r.change(m)})
			continue
		}
		continued := !newDay && !isNew && i > 0 && continues(&rows[i-1], m)
		entries = append(entries, view.Entry{Seq: m.Seq, Message: r.message(m, at, continued)})
	}
	return entries
}

// continues tells whether m goes under the same head as the entry before.
func continues(before, m *model.Message) bool {
	const minute = 60_000
	return before.Op == "" && before.SenderID == m.SenderID && before.SentAt/minute == m.SentAt/minute
}

func (r *reader) message(m *model.Message, at view.Moment, continued bool) *view.Message {
	author := r.name(m.SenderID)
	text, attached := describe(&m.Draft)
	return &view.Message{
		MsgID: m.MsgID, UserID: m.SenderID, Author: author,
		Avatar: view.NewAvatar(m.SenderID, author, r.people[m.SenderID].Avatar, "small"),
		Mine:   m.SenderID == r.id, Continued: continued,
		EmojiOnly: attached == nil && isEmojiOnly(text), Links: linkParts(text), Attached: attached, At: at,
	}
}

// change builds the line that tells of something done to the conversation.
func (r *reader) change(m *model.Message) *view.Change {
	c := &view.Change{Name: string(m.Op), Actor: r.name(m.SenderID), UserID: m.SenderID, At: r.moment(m.SentAt)}
	if m.Op.OnMember() {
		c.Member = r.name(m.Target)
	}
	switch m.Op {
	case model.OpJoin:
		if m.Target != m.SenderID {
			c.Name = "invited"
		}
	case model.OpRename:
		c.Value = m.Content
	case model.OpRole:
		c.Name = "role_member"
		if role := model.Role(m.Content); role.Manages() {
			c.Name = "role_" + m.Content
		}
	case model.OpSilence:
		if m.Amount == 0 {
			c.Name = "unmute"
		}
	case model.OpLeave, model.OpKick, model.OpUpdate, model.OpDissolve:
	default:
		c.Name = "other"
	}
	return c
}
