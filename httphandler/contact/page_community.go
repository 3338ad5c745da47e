package contact

import (
	"context"
	"strconv"
	"strings"
	"time"

	"ginchat/httphandler"
	"ginchat/model"
	"ginchat/view"

	"github.com/gin-gonic/gin"
)

// communityForm is any form of the page of communities.
type communityForm struct {
	// Action is a verb, for setrole and mute with what to set after a hyphen.
	Action        string              `form:"action"`
	DstID         int64               `form:"dstid"`
	MemberID      int64               `form:"memberid"`
	Name          string              `form:"name"`
	Memo          string              `form:"memo"`
	Cate          int                 `form:"cate"`
	JoinPolicy    model.JoinPolicy    `form:"join_policy"`
	HistoryPolicy model.HistoryPolicy `form:"history_policy"`
}

// ActOnCommunities handles POST /contact/community.shtml.
func (p *Page) ActOnCommunities(c *gin.Context) error {
	var form communityForm
	if err := httphandler.Bind(c, &form); err != nil {
		return err
	}
	verb, _, _ := strings.Cut(form.Action, "-")
	target, done, err := p.actOnCommunity(c.Request.Context(), httphandler.UserID(c), form)
	if err != nil {
		typed := []string{"name", "memo", "cate", "join_policy", "history_policy"}
		return p.refused(c, err, verb, typed, p.showCommunities)
	}
	return p.pages.Done(c, target, done)
}

// actOnCommunity carries form out. It returns where to go then, and the notice.
func (p *Page) actOnCommunity(ctx context.Context, self int64, form communityForm) (target, done string, err error) {
	id, member := form.DstID, form.MemberID
	here := communityPath(id)
	switch form.Action {
	case "create":
		return p.createCommunity(ctx, self, form)
	case "update":
		_, err := p.contacts.UpdateCommunity(ctx, self, id, model.CommunityUpdate{Name: &form.Name, Memo: &form.Memo,
			Cate: &form.Cate, JoinPolicy: &form.JoinPolicy, HistoryPolicy: &form.HistoryPolicy})
		return here, "saved", err
	case "join":
		community, err := p.contacts.Join(ctx, self, id)
		if community.Asked {
			return here, "community_asked", err
		}
		return here, "community_joined", err
	case "leave":
		return communitiesPath, "community_left", p.contacts.Leave(ctx, self, id)
	case "withdraw":
		return here, "request_withdrawn", p.contacts.Leave(ctx, self, id)
	case "dissolve":
		return communitiesPath, "community_dissolved", p.contacts.Dissolve(ctx, self, id)
	case "invite", "accept":
		return here, "member_added", p.contacts.Invite(ctx, self, id, member)
	case "decline":
		return here, "request_declined", p.contacts.Kick(ctx, self, id, member)
	case "kick":
		return here, "member_removed", p.contacts.Kick(ctx, self, id, member)
	}
	return p.actOnMember(ctx, self, form)
}

func (p *Page) actOnMember(ctx context.Context, self int64, form communityForm) (target, done string, err error) {
	here := communityPath(form.DstID)
	verb, value, _ := strings.Cut(form.Action, "-")
	switch verb {
	case "setrole":
		return here, "role_changed", p.contacts.SetRole(ctx, self, form.DstID, form.MemberID, model.Role(value))
	case "mute":
		until, done := silence(value, time.Now())
		return here, done, p.contacts.Silence(ctx, self, form.DstID, form.MemberID, until)
	}
	return "", "", errNoAction
}

// silence returns until when "hour", "day" and "forever" last, and the notice;
// anything else lifts a silence.
func silence(length string, now time.Time) (until model.Millis, done string) {
	switch length {
	case "hour":
		return model.MillisOf(now.Add(time.Hour)), "member_muted"
	case "day":
		return model.MillisOf(now.AddDate(0, 0, 1)), "member_muted"
	case "forever":
		return view.ForGood, "member_muted"
	}
	return 0, "member_unmuted"
}

func (p *Page) createCommunity(ctx context.Context, self int64, form communityForm) (target, done string, err error) {
	community, err := p.contacts.CreateCommunity(ctx, self, model.Community{Name: form.Name, Memo: form.Memo,
		Cate: form.Cate, JoinPolicy: form.JoinPolicy, HistoryPolicy: form.HistoryPolicy})
	if err != nil {
		return "", "", err
	}
	return communityPath(community.ID), "community_created", nil
}

func communityPath(id int64) string { return communitiesPath + "?dstid=" + strconv.FormatInt(id, 10) }
