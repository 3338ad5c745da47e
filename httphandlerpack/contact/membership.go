package contact

import (
	"context"
	"slices"

	"ginchat/model"
)

// Join makes the user a member, or leaves a request when the community's policy
// asks for approval; Asked of the answer tells which. Forbidden where only who is
// invited comes in; Conflict for who is a member or has asked already.
func (c *Contacts) Join(ctx context.Context, userID, id int64) (Community, error) {
	community, err := c.store.Community(ctx, userID, id)
	if err != nil {
		return Community{}, err
	}
	if community.Role != "" {
		return Community{}, model.Errorf(model.Conflict, "you are a member already")
	}
	switch community.JoinPolicy {
	case model.JoinInvite:
		return Community{}, model.Errorf(model.Forbidden, "this community is joined by invitation only")
	case model.JoinApproval:
		return c.ask(ctx, userID, community)
	}
	if err := c.admit(ctx, userID, id, userID); err != nil {
		return Community{}, err
	}
	return c.store.Community(ctx, userID, id)
}

// ask leaves a request and tells who may accept it.
func (c *Contacts) ask(ctx context.Context, userID int64, community Community) (Community, error) {
	if err := c.store.AddRequest(ctx, community.ID, userID, c.now()); err != nil {
		return Community{}, err
	}
	community.Asked = true
	c.live.ContactChanged(userID, communityAddress(community.ID))
	return community, c.tellManagers(ctx, community.ID)
}

func (c *Contacts) tellManagers(ctx context.Context, id int64) error {
	members, err := c.store.Members(ctx, id)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Role.Manages() {
			c.live.ContactChanged(m.UserID, communityAddress(id))
		}
	}
	return nil
}

// admit makes member a member by actor's word. A request is dropped after that,
// so that a failure between the two leaves a needless request and no lost one.
func (c *Contacts) admit(ctx context.Context, actor, id, member int64) error {
	if _, err := c.log.Change(ctx, model.Change{Op: model.OpJoin, Community: id, Actor: actor, Member: member}); err != nil {
		return err
	}
	c.live.ContactChanged(member, communityAddress(id))
	_, err := c.store.DropRequests(ctx, id, member)
	return err
}

// Invite makes member a member, without asking them: one of the user's friends,
// or, by the owner or an admin, somebody who has asked to join. Plain members may
// invite where the policy is open.
func (c *Contacts) Invite(ctx context.Context, userID, id, member int64) error {
	community, err := c.store.Community(ctx, userID, id)
	if err != nil {
		return err
	}
	if community.Role == "" {
		return errNotMember
	}
	if !community.Role.Manages() && community.JoinPolicy != model.JoinOpen {
		return errNotManager
	}
	if _, err := c.people.ByID(ctx, member); err != nil {
		return err
	}
	asking, err := c.store.Asking(ctx, id)
	if err != nil {
		return err
	}
	if !community.Role.Manages() || !slices.Contains(asking, member) {
		friends, err := c.store.AreFriends(ctx, userID, member)
		if err != nil {
			return err
		}
		if !friends {
			return model.Errorf(model.Forbidden, "you can invite your friends only")
		}
	}
	return c.admit(ctx, userID, id, member)
}

var errNotMember = model.Errorf(model.Forbidden, "you are not a member of this community")

// Leave ends the user's membership, or takes the request to join back. The owner
// cannot leave.
func (c *Contacts) Leave(ctx context.Context, userID, id int64) error {
	community, err := c.store.Community(ctx, userID, id)
	if err != nil {
		return err
	}
	if community.Role == "" && community.Asked {
		return c.dropRequest(ctx, id, userID)
	}
	_, err = c.log.Change(ctx, model.Change{Op: model.OpLeave, Community: id, Actor: userID, Member: userID})
	if err != nil {
		return err
	}
	c.live.ContactChanged(userID, communityAddress(id))
	return nil
}

func (c *Contacts) dropRequest(ctx context.Context, id, member int64) error {
	dropped, err := c.store.DropRequests(ctx, id, member)
	if err != nil {
		return err
	}
	if !dropped {
		return model.Errorf(model.NotFound, "this user has not asked to join")
	}
	c.live.ContactChanged(member, communityAddress(id))
	return c.tellManagers(ctx, id)
}

// Kick ends another's membership at once, or declines their request to join. The
// owner may kick everybody else, an admin plain members.
func (c *Contacts) Kick(ctx context.Context, userID, id, member int64) error {
	community, err := c.store.Community(ctx, userID, id)
	if err != nil {
		return err
	}
	theirs, err := c.store.Community(ctx, member, id)
	if err != nil {
		return err
	}
	if theirs.Role == "" && theirs.Asked && community.Role.Manages() {
		return c.dropRequest(ctx, id, member)
	}
	_, err = c.log.Change(ctx, model.Change{Op: model.OpKick, Community: id, Actor: userID, Member: member})
	if err != nil {
		return err
	}
	c.live.ContactChanged(member, communityAddress(id))
	return nil
}

// SetRole makes member an admin or a plain member, or the owner in the user's
// place. Forbidden but for the owner.
func (c *Contacts) SetRole(ctx context.Context, userID, id, member int64, role model.Role) error {
	switch role {
	case model.RoleOwner, model.RoleAdmin, model.RoleMember:
	default:
		return model.FieldErrorf("role", "role is owner, admin or member")
	}
	_, err := c.log.Change(ctx, model.Change{Op: model.OpRole, Community: id, Actor: userID, Member: member, Role: role})
	if err != nil {
		return err
	}
	c.live.ContactChanged(member, communityAddress(id))
	return nil
}

// Silence forbids member to post until then; 0 lets them again. The owner may
// silence everybody else, an admin plain members.
func (c *Contacts) Silence(ctx context.Context, userID, id, member int64, until model.Millis) error {
	if until < 0 {
		return model.FieldErrorf("until", "until is a time in Unix milliseconds, or 0")
	}
	_, err := c.log.Change(ctx, model.Change{Op: model.OpSilence, Community: id, Actor: userID, Member: member, Until: until})
	if err != nil {
		return err
	}
	c.live.ContactChanged(member, communityAddress(id))
	return nil
}
