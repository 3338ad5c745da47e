package contact

import (
	"context"
	"strconv"

	"ginchat/httphandler"
	"ginchat/model"

	"github.com/gin-gonic/gin"
)

// contactForm is any form of the page of contacts.
type contactForm struct {
	Action string `form:"action"`
	DstID  string `form:"dstid"` // for add a user id or an account name, else an id
	Accept int    `form:"accept"`
	Memo   string `form:"memo"`
}

// ActOnContacts handles POST /contact/index.shtml.
func (p *Page) ActOnContacts(c *gin.Context) error {
	var form contactForm
	if err := httphandler.Bind(c, &form); err != nil {
		return err
	}
	target, done, err := p.actOnContact(c.Request.Context(), httphandler.UserID(c), form)
	if err != nil {
		return p.refused(c, err, form.Action, []string{"memo"}, p.showContacts)
	}
	return p.pages.Done(c, target, done)
}

// actOnContact carries form out. It returns where to go then, and the notice.
func (p *Page) actOnContact(ctx context.Context, self int64, form contactForm) (target, done string, err error) {
	if form.Action == "add" {
		return p.addFriend(ctx, self, form.DstID)
	}
	peer, err := strconv.ParseInt(form.DstID, 10, 64)
	if err != nil {
		return "", "", model.Errorf(model.NotFound, "user not found")
	}
	card := contactsPath + "?id=" + form.DstID
	switch form.Action {
	case "answer":
		if form.Accept != 1 {
			return contactsPath, "friend_declined", p.contacts.AnswerFriend(ctx, self, peer, false)
		}
		return card, "friend_added", p.contacts.AnswerFriend(ctx, self, peer, true)
	case "remark":
		return card, "saved", p.contacts.Remark(ctx, self, peer, form.Memo)
	case "block":
		return card, "blocked", p.contacts.Block(ctx, self, peer)
	case "unblock":
		return card, "unblocked", p.contacts.Unblock(ctx, self, peer)
	case "remove":
		return contactsPath, "friend_removed", p.contacts.RemoveFriend(ctx, self, peer)
	case "withdraw":
		return card, "request_withdrawn", p.contacts.RemoveFriend(ctx, self, peer)
	}
	return "", "", errNoAction
}

func (p *Page) addFriend(ctx context.Context, self int64, who string) (target, done string, err error) {
	friend, err := p.contacts.AddFriend(ctx, self, who)
	if err != nil {
		return "", "", err
	}
	done = "friend_asked"
	if friend.State == model.Friend {
		done = "friend_added"
	}
	return contactsPath + "?id=" + strconv.FormatInt(friend.User.ID, 10), done, nil
}

var errNoAction = model.Errorf(model.Invalid, "there is no such action")
