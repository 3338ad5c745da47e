package chat

import (
	"context"
	"crypto/rand"
	"net/http"
	"strconv"
	"strings"

	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/chat"
	"ginchat/model"
	"ginchat/view"

	"github.com/gin-gonic/gin"
)

// People tells who somebody is; user.Users does.
type People interface {
	Profiles(ctx context.Context, ids []int64) (map[int64]model.User, error)
}

// Contacts tells what a user may know of others; contact.Contacts does.
type Contacts interface {
	MemberCount(ctx context.Context, userID, community int64) (int, error)
	Presences(ctx context.Context, userID int64, peers []int64) (map[int64]model.Presence, error)
}

// Page serves the chat page, /chat/index.shtml.
type Page struct {
	chat     *logic.Chat
	people   People
	contacts Contacts
	pages    *httphandler.Pages
}

// NewPage returns the chat page's handlers.
func NewPage(chat *logic.Chat, people People, contacts Contacts, pages *httphandler.Pages) *Page {
	return &Page{chat: chat, people: people, contacts: contacts, pages: pages}
}

const pagePath = "/chat/index.shtml"

// pageQuery names what the page shows. Without a cmd only the list is shown.
type pageQuery struct {
	Cmd    int   `form:"cmd"`
	DstID  int64 `form:"dstid"`
	Before int64 `form:"before"`
	// Peek shows the page without moving the reader's mark.
	Peek int `form:"peek"`
	// Action is "mute" for the form that mutes, as Muted says; "" for the composer's.
	Action  string `form:"action"`
	Muted   int    `form:"muted"`
	MsgID   string `form:"msgid"`
	Content string `form:"content"`
}

func (q *pageQuery) address() model.Address {
	return model.Address{Kind: model.Kind(q.Cmd), DstID: q.DstID}
}

// Show handles GET /chat/index.shtml. Reading a conversation's end moves the
// reader's mark there.
func (p *Page) Show(c *gin.Context) error {
	var query pageQuery
	if err := httphandler.Bind(c, &query); err != nil {
		return err
	}
	return p.render(c, http.StatusOK, &query, view.Form{})
}

// Act handles POST /chat/index.shtml: the forms of the open conversation, for
// pages without JavaScript.
func (p *Page) Act(c *gin.Context) error {
	var query pageQuery
	if err := httphandler.Bind(c, &query); err != nil {
		return err
	}
	if query.Action == "mute" {
		if err := p.chat.Mute(c.Request.Context(), httphandler.UserID(c), query.address(), query.Muted != 0); err != nil {
			return err
		}
		return p.pages.Done(c, pageAddress(query.address()), "")
	}
	return p.send(c, query)
}

// send sends what the composer holds. The form's msgid makes a second press of
// the button the same message.
func (p *Page) send(c *gin.Context, query pageQuery) error {
	draft := model.Draft{Media: model.MediaText, Content: typed(query.Content)}
	_, err := p.chat.Send(c.Request.Context(), httphandler.UserID(c), query.address(), query.MsgID, draft, nil)
	if err != nil {
		form, status, err := p.pages.Refused(c, err, "send", "content")
		if err != nil {
			return err
		}
		return p.render(c, status, &query, form)
	}
	return p.pages.Done(c, pageAddress(query.address()), "")
}

// typed is what a text area sends, with the line ends people mean and without
// the empty lines around it.
func typed(content string) string {
	content = strings.ReplaceAll(content, "\r\n", "\n")
	return strings.TrimRight(strings.TrimLeft(content, "\n"), " \t\n")
}

func pageAddress(a model.Address) string {
	return pagePath + "?cmd=" + strconv.Itoa(int(a.Kind)) + "&dstid=" + strconv.FormatInt(a.DstID, 10)
}

// newMsgID names the message that the form will send.
func newMsgID() string { return rand.Text() }
