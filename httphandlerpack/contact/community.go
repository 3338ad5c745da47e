package contact

import (
	"context"

	"ginchat/model"
)

// Bounds of what a community says of itself, in characters.
const (
	maxCommunityMemo = 200
	maxCate          = 1 << 15
)

// Community is a community as one user sees it.
type Community struct {
	model.Community
	// Role is the user's own, "" for who is not a member.
	Role model.Role
	// Asked says that the user waits to be accepted.
	Asked   bool
	Members int
}

// Communities returns the communities the user is a member of, by name.
func (c *Contacts) Communities(ctx context.Context, userID int64) ([]Community, error) {
	return c.store.Communities(ctx, userID)
}

// Community returns any community with the user's role there; NotFound if there
// is none.
func (c *Contacts) Community(ctx context.Context, userID, id int64) (Community, error) {
	return c.store.Community(ctx, userID, id)
}

// CreateCommunity makes a community that the user owns. Policies may be left ""
// for open and all. Forbidden when the user owns too many.
func (c *Contacts) CreateCommunity(ctx context.Context, userID int64, draft model.Community) (Community, error) {
	if draft.JoinPolicy == "" {
		draft.JoinPolicy = model.JoinOpen
	}
	if draft.HistoryPolicy == "" {
		draft.HistoryPolicy = model.HistoryAll
	}
	update := model.CommunityUpdate{Name: &draft.Name, Icon: &draft.Icon, Memo: &draft.Memo, Cate: &draft.Cate,
		JoinPolicy: &draft.JoinPolicy, HistoryPolicy: &draft.HistoryPolicy}
	if err := clean(&update); err != nil {
		return Community{}, err
	}
	community, err := c.log.CreateCommunity(ctx, model.Community{
		Name: draft.Name, NameKey: model.SearchKey(draft.Name), OwnerID: userID,
		Icon: draft.Icon, Cate: draft.Cate, Memo: draft.Memo,
		JoinPolicy: draft.JoinPolicy, HistoryPolicy: draft.HistoryPolicy,
		MemberLimit: c.cfg.CommunityMembers, CreatedAt: c.now(),
	})
	if err != nil {
		return Community{}, err
	}
	c.live.ContactChanged(userID, communityAddress(community.ID))
	return Community{Community: community, Role: model.RoleOwner, Members: 1}, nil
}

// UpdateCommunity changes what is not nil in update, and returns the community as
// it is then. Forbidden but for the owner and admins.
func (c *Contacts) UpdateCommunity(ctx context.Context, userID, id int64, update model.CommunityUpdate) (Community, error) {
	if err := clean(&update); err != nil {
		return Community{}, err
	}
	was, err := c.store.Community(ctx, userID, id)
	if err != nil {
		return Community{}, err
	}
	if !was.Role.Manages() {
		return Community{}, errNotManager
	}
	keepNew(&update, was.Community)
	op := model.OpUpdate
	if update.Name != nil {
		op = model.OpRename
	}
	if update != (model.CommunityUpdate{}) {
		if _, err := c.log.Change(ctx, model.Change{Op: op, Community: id, Actor: userID, Update: update}); err != nil {
			return Community{}, err
		}
	}
	return c.store.Community(ctx, userID, id)
}

var errNotManager = model.Errorf(model.Forbidden, "only the owner and admins may do this")

// clean checks what is not nil, and puts it in the form to be stored.
func clean(u *model.CommunityUpdate) (err error) {
	if u.Name != nil {
		if *u.Name, err = model.CleanName("name", *u.Name, model.CommunityNameMax); err != nil {
			return err
		}
	}
	if u.Memo != nil {
		if *u.Memo, err = model.CleanText("memo", *u.Memo, maxCommunityMemo); err != nil {
			return err
		}
	}
	if u.Icon != nil {
		if *u.Icon, err = model.CleanPicture("icon", *u.Icon); err != nil {
			return err
		}
	}
	if u.Cate != nil && (*u.Cate < 0 || *u.Cate >= maxCate) {
		return model.FieldErrorf("cate", "cate is a number from 0 to %d", maxCate-1)
	}
	if u.JoinPolicy != nil {
		switch *u.JoinPolicy {
		case model.JoinOpen, model.JoinApproval, model.JoinInvite:
		default:
			return model.FieldErrorf("join_policy", "join_policy is open, approval or invite")
		}
	}
	if u.HistoryPolicy != nil {
		switch *u.HistoryPolicy {
		case model.HistoryAll, model.HistorySinceJoin:
		default:
			return model.FieldErrorf("history_policy", "history_policy is all or since_join")
		}
	}
	return nil
}

// keepNew drops what is already so, since a form sends all its fields and the log
// should tell of changes only.
func keepNew(u *model.CommunityUpdate, was model.Community) {
	unlessNew(&u.Name, was.Name)
	unlessNew(&u.Icon, was.Icon)
	unlessNew(&u.Memo, was.Memo)
	unlessNew(&u.Cate, was.Cate)
	unlessNew(&u.JoinPolicy, was.JoinPolicy)
	unlessNew(&u.HistoryPolicy, was.HistoryPolicy)
}

func unlessNew[T comparable](new **T, old T) {
	if *new != nil && **new == old {
		*new = nil
	}
}

// Dissolve ends a community for everybody. Forbidden but for the owner.
func (c *Contacts) Dissolve(ctx context.Context, userID, id int64) error {
	members, err := c.store.Members(ctx, id)
	if err != nil {
		return err
	}
	asking, err := c.store.Asking(ctx, id)
	if err != nil {
		return err
	}
	if _, err := c.log.Change(ctx, model.Change{Op: model.OpDissolve, Community: id, Actor: userID}); err != nil {
		return err
	}
	for _, m := range members {
		c.live.ContactChanged(m.UserID, communityAddress(id))
	}
	if len(asking) == 0 {
		return nil
	}
	_, err = c.store.DropRequests(ctx, id, asking...)
	return err
}
