package chat

import (
	"strings"

	logic "ginchat/httphandlerpack/chat"
	"ginchat/model"
	"ginchat/view"
)

// previewRunes is more than any screen shows in one line.
const previewRunes = 100

// conversation builds a row of the list.
func (r *reader) conversation(s *logic.Summary) view.Conversation {
	return view.Conversation{
		Address: s.Address, Title: s.Title, Avatar: avatarOf(s, ""), Presence: r.presence(s.Address), Last: r.preview(s),
		LastSeq: s.LastSeq, ReadSeq: s.ReadSeq, Unread: s.Unread, Muted: s.Muted,
	}
}

func avatarOf(s *logic.Summary, size string) view.Avatar {
	return view.NewAvatar(s.Address.DstID, s.Title, s.Avatar, size)
}

// preview builds the line under the title, nil before anybody has said anything.
func (r *reader) preview(s *logic.Summary) *view.Preview {
	if s.Last == nil {
		return nil
	}
	p := &view.Preview{At: r.moment(s.Last.SentAt)}
	if s.Last.Op != "" {
		p.Change = r.change(s.Last)
		return p
	}
	if s.Address.Kind == model.KindCommunity {
		p.You, p.Sender = s.Last.SenderID == r.id, s.LastSender
	}
	text, attached := describe(&s.Last.Draft)
	p.Text, p.Attached = oneLine(text), attached
	return p
}

func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > previewRunes {
		return string(runes[:previewRunes]) + "…"
	}
	return text
}
