package chat

import (
	"cmp"
	"context"
	"time"

	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/chat"
	"ginchat/model"
	"ginchat/view"

	"github.com/gin-gonic/gin"
)

// pageRows is how many entries the page shows at first.
const pageRows = 50

// reader is who looks at the page, and how they read names and times.
type reader struct {
	id      int64
	lang    string
	now     time.Time
	people  map[int64]model.User
	remarks map[int64]string
	// presences are those of friends, as far as the reader may know.
	presences map[int64]model.Presence
}

// name returns what the reader calls somebody, "" for whose account is gone.
func (r *reader) name(id int64) string { return cmp.Or(r.remarks[id], r.people[id].Nickname) }

// presence returns what the reader is told of the other person, nil where there
// is none: of communities and the reader's own notes.
func (r *reader) presence(of model.Address) *view.Presence {
	if of.Kind != model.KindPrivate || of.DstID == r.id {
		return nil
	}
	shown := view.Presence{UserID: of.DstID}
	if known, ok := r.presences[of.DstID]; ok {
		shown = view.NewPresence(r.lang, of.DstID, known, r.now)
	}
	return &shown
}

func (r *reader) moment(at model.Millis) view.Moment { return view.NewMoment(r.lang, at, r.now) }

// opened is the conversation to show, as read from the log.
type opened struct {
	at   model.Address
	rows []model.Message
	last int64
	// summary is nil before anybody has said anything.
	summary *logic.Summary
}

func (p *Page) render(c *gin.Context, status int, query *pageQuery, form view.Form) error {
	ctx := c.Request.Context()
	r := &reader{id: httphandler.UserID(c), lang: httphandler.Language(c), now: httphandler.Now(c)}
	var page view.Chat
	var open *opened
	if query.Cmd != 0 {
		wanted := logic.Page{Limit: pageRows}
		if query.Before > 0 {
			wanted.Before = &query.Before
		}
		rows, last, err := p.chat.History(ctx, r.id, query.address(), wanted)
		if err != nil {
			return err
		}
		open = &opened{at: query.address(), rows: rows, last: last}
	}
	summaries, err := p.chat.Conversations(ctx, r.id)
	if err != nil {
		return err
	}
	if err := p.meet(ctx, r, summaries, open); err != nil {
		return err
	}
	if open != nil {
		for i := range summaries {
			if summaries[i].Address == open.at {
				open.summary = &summaries[i]
			}
		}
		if page.Open, err = p.open(ctx, r, open, query); err != nil {
			return err
		}
		page.Open.Form = form
		if query.Peek == 0 {
			if err := p.markRead(c, r, open); err != nil {
				return err
			}
		}
	}
	var unread int64
	for i := range summaries {
		row := r.conversation(&summaries[i])
		row.Current = open != nil && row.Address == open.at
		if !row.Muted {
			unread += row.Unread
		}
		page.Conversations = append(page.Conversations, row)
	}
	if page.Page, err = p.pages.ShellWith(c, "chats", unread); err != nil {
		return err
	}
	if page.Open != nil {
		page.Open.EnterBreaks = page.Self.Settings.EnterBreaks
	}
	return p.pages.Render(c, status, page)
}

// meet learns the names of everybody who is spoken of, and who is online of those
// who are spoken to.
func (p *Page) meet(ctx context.Context, r *reader, summaries []logic.Summary, open *opened) error {
	seen := map[int64]bool{}
	var peers []int64
	note := func(m *model.Message) {
		seen[m.SenderID] = true
		if m.Op.OnMember() {
			seen[m.Target] = true
		}
	}
	for i := range summaries {
		if summaries[i].Last != nil {
			note(summaries[i].Last)
		}
		if summaries[i].Address.Kind == model.KindPrivate {
			peers = append(peers, summaries[i].Address.DstID)
		}
	}
	if open != nil {
		for i := range open.rows {
			note(&open.rows[i])
		}
		if open.at.Kind == model.KindPrivate {
			seen[open.at.DstID] = true
			peers = append(peers, open.at.DstID)
		}
	}
	ids := make([]int64, 0, len(seen))
	for id := range seen {
		ids = append(ids, id)
	}
	var err error
	if r.people, err = p.people.Profiles(ctx, ids); err != nil {
		return err
	}
	if r.remarks, err = p.chat.Remarks(ctx, r.id); err != nil {
		return err
	}
	r.presences, err = p.contacts.Presences(ctx, r.id, peers)
	return err
}

// markRead moves the reader's mark to the newest entry, if that is shown. A
// browser that only fetches ahead shows nothing yet.
func (p *Page) markRead(c *gin.Context, r *reader, open *opened) error {
	if open.summary == nil || len(open.rows) == 0 || c.GetHeader("Sec-Purpose") != "" {
		return nil
	}
	newest := open.rows[len(open.rows)-1].Seq
	if newest < open.last || newest <= open.summary.ReadSeq {
		return nil
	}
	if err := p.chat.Read(c.Request.Context(), r.id, open.at, newest); err != nil {
		return err
	}
	open.summary.ReadSeq, open.summary.Unread = newest, 0
	return nil
}

// open builds the pane of the open conversation.
func (p *Page) open(ctx context.Context, r *reader, open *opened, query *pageQuery) (*view.OpenConversation, error) {
	pane := &view.OpenConversation{Address: open.at, Presence: r.presence(open.at), LastSeq: open.last, MsgID: query.MsgID}
	if pane.MsgID == "" {
		pane.MsgID = newMsgID()
	}
	if open.summary != nil {
		pane.Title, pane.Avatar = open.summary.Title, avatarOf(open.summary, "small")
		pane.Listed, pane.Muted = true, open.summary.Muted
		pane.Entries = r.entries(open.rows, open.summary.ReadSeq)
	} else {
		pane.Title = r.name(open.at.DstID)
		pane.Avatar = view.NewAvatar(open.at.DstID, pane.Title, r.people[open.at.DstID].Avatar, "small")
		pane.Entries = r.entries(open.rows, open.last)
	}
	if n := len(open.rows); n > 0 {
		pane.Past = open.rows[n-1].Seq < open.last
		if n == pageRows && open.rows[0].Seq > 1 {
			pane.Older = open.rows[0].Seq
		}
	}
	if open.at.Kind == model.KindCommunity {
		members, err := p.contacts.MemberCount(ctx, r.id, open.at.DstID)
		if err != nil {
			return nil, err
		}
		pane.Members = members
	}
	return pane, nil
}
