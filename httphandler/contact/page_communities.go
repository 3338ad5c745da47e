package contact

import (
	"context"
	"net/http"

	logic "ginchat/httphandlerpack/contact"
	"ginchat/view"

	"github.com/gin-gonic/gin"
)

// ShowCommunities handles GET /contact/community.shtml: the user's communities
// and, by dstid, one of them with its members, or, by kword, what was found.
func (p *Page) ShowCommunities(c *gin.Context) error {
	return p.showCommunities(c, http.StatusOK, view.Form{})
}

func (p *Page) showCommunities(c *gin.Context, status int, form view.Form) error {
	ctx, r := c.Request.Context(), readerOf(c)
	id, err := idIn(c, "dstid")
	if err != nil {
		return err
	}
	mine, err := p.contacts.Communities(ctx, r.id)
	if err != nil {
		return err
	}
	waiting, err := p.contacts.Waiting(ctx, r.id)
	if err != nil {
		return err
	}
	shell, err := p.pages.Shell(c, "communities")
	if err != nil {
		return err
	}
	page := view.Communities{Page: shell, Form: form, Mine: communityRows(mine), Query: c.Query("kword")}
	for i := range page.Mine {
		page.Mine[i].Asking = waiting.Joins[page.Mine[i].ID]
	}
	switch {
	case id != 0:
		page.Pane = "one"
		if page.Open, err = p.openCommunity(ctx, r, id); err != nil {
			return err
		}
	case c.Query("create") != "" || form.Name == "create":
		page.Pane = "create"
	case page.Query != "":
		page.Pane = "find"
		found, err := p.contacts.Search(ctx, r.id, page.Query)
		if err != nil {
			page.Form, status, err = p.pages.Refused(c, err, "join")
			if err != nil {
				return err
			}
		}
		page.Found = communityRows(found.Communities)
	case c.Query("find") != "" || form.Name != "":
		page.Pane = "find"
	}
	return p.pages.Render(c, status, page)
}

func communityRow(c logic.Community) view.CommunityRow {
	return view.CommunityRow{Community: c.Community, Role: c.Role, Members: c.Members, Asked: c.Asked}
}

func communityRows(communities []logic.Community) []view.CommunityRow {
	rows := make([]view.CommunityRow, 0, len(communities))
	for _, c := range communities {
		rows = append(rows, communityRow(c))
	}
	return rows
}

// openCommunity returns one community; its members are for members only.
func (p *Page) openCommunity(ctx context.Context, r reader, id int64) (*view.OpenCommunity, error) {
	community, err := p.contacts.Community(ctx, r.id, id)
	if err != nil {
		return nil, err
	}
	open := &view.OpenCommunity{CommunityRow: communityRow(community)}
	if open.Role == "" {
		return open, nil
	}
	members, err := p.contacts.Members(ctx, r.id, id)
	if err != nil {
		return nil, err
	}
	inside := map[int64]bool{}
	for _, m := range members {
		inside[m.User.ID] = true
		row := view.MemberRow{Person: r.person(m.User, m.Remark, m.Presence), Role: m.Role, Viewer: open.Role,
			Silenced: m.SilencedUntil > 0, SilencedUntil: m.SilencedUntil}
		if m.Role == logic.RoleRequested {
			open.Requests = append(open.Requests, row.Person)
			continue
		}
		open.People = append(open.People, row)
	}
	if !open.Invites() {
		return open, nil
	}
	friends, err := p.contacts.Friends(ctx, r.id)
	if err != nil {
		return nil, err
	}
	for _, f := range friends {
		if !inside[f.User.ID] {
			open.Invitable = append(open.Invitable, r.friend(f))
		}
	}
	return open, nil
}
