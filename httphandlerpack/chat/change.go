package chat

import (
	"context"
	"crypto/rand"

	"ginchat/model"
)

// CreateCommunity makes a community whose owner is its first member. Conflict
// when the owner has as many as are allowed.
func (c *Chat) CreateCommunity(ctx context.Context, community model.Community) (model.Community, error) {
	community.MemberLimit = c.cfg.CommunityMembers
	made, err := c.store.CreateCommunity(ctx, community, c.cfg)
	if err == nil {
		c.hub.change(made.OwnerID, made.ID, c.hub.subscribe)
	}
	return made, err
}

// Change applies a change to a community and waits until every session of this
// node that it concerns has been told. It returns the log entry.
func (c *Chat) Change(ctx context.Context, change model.Change) (model.Message, error) {
	one, err := c.prepareChange(ctx, change)
	if err != nil {
		return model.Message{}, err
	}
	return c.wait(ctx, one)
}

// SubmitRename is Change for a rename that came over a session, like Submit.
func (c *Chat) SubmitRename(ctx context.Context, from *Session, community int64, msgid, name string, done func(*model.Message, error)) error {
	if !msgidPattern.MatchString(msgid) {
		return model.FieldErrorf("msgid", "msgid must be 1 to 64 of A-Z a-z 0-9 _ -")
	}
	if err := c.allow(from.UserID); err != nil {
		return err
	}
	name, err := model.CleanName("content", name, model.CommunityNameMax)
	if err != nil {
		return err
	}
	one, err := c.prepareChange(ctx, model.Change{Op: model.OpRename, Community: community, Actor: from.UserID,
		MsgID: msgid, Update: model.CommunityUpdate{Name: &name}})
	if err != nil {
		return err
	}
	one.origin, one.done = from, done
	return c.queue(one)
}

func (c *Chat) prepareChange(ctx context.Context, change model.Change) (*send, error) {
	if change.MsgID == "" {
		change.MsgID = rand.Text()
	}
	conversation, parties, err := c.access.ForPosting(ctx, change.Actor, model.Address{Kind: model.KindCommunity, DstID: change.Community})
	if err != nil {
		return nil, err
	}
	return &send{conversation: conversation, parties: parties, change: &change,
		msg: model.Message{SenderID: change.Actor, MsgID: change.MsgID, Draft: entryOf(&change)}}, nil
}

// entryOf returns what the members are told of a change.
func entryOf(change *model.Change) model.Draft {
	d := model.Draft{Op: change.Op}
	if change.Op.OnMember() {
		d.Target = change.Member
	}
	switch change.Op {
	case model.OpRename:
		d.Content = *change.Update.Name
	case model.OpRole:
		d.Content = string(change.Role)
	case model.OpSilence:
		d.Amount = int64(change.Until)
	}
	return d
}

// permit says whether the change may be made, from the state under the lock.
func permit(change *model.Change, s *communityState, limits Config) error {
	if change.Op == model.OpJoin {
		return permitJoin(change, s, limits)
	}
	if s.actor == nil {
		return model.Errorf(model.Forbidden, "you are not a member of this community")
	}
	role := s.actor.Role
	switch change.Op {
	case model.OpLeave:
		if role == model.RoleOwner {
			return model.Errorf(model.Forbidden, "the owner cannot leave; hand the community over or dissolve it")
		}
		return nil
	case model.OpRename, model.OpUpdate:
		if !role.Manages() {
			return model.Errorf(model.Forbidden, "only the owner and admins may change the community")
		}
		if len(columns(change.Update)) == 0 {
			return model.Errorf(model.Invalid, "nothing to change")
		}
		return nil
	case model.OpDissolve:
		if role != model.RoleOwner {
			return model.Errorf(model.Forbidden, "only the owner may dissolve the community")
		}
		return nil
	}
	return permitOnMember(change, s)
}

func permitJoin(change *model.Change, s *communityState, limits Config) error {
	if change.Actor != change.Member {
		switch {
		case s.actor == nil:
			return model.Errorf(model.Forbidden, "you are not a member of this community")
		case !s.actor.Role.Manages() && s.community.JoinPolicy != model.JoinOpen:
			return model.Errorf(model.Forbidden, "only the owner and admins may let people in")
		}
	}
	switch {
	case s.target != nil:
		return model.Errorf(model.Conflict, "already a member")
	case change.Actor == change.Member && s.community.JoinPolicy != model.JoinOpen:
		return model.Errorf(model.Forbidden, "this community cannot be joined without an invitation")
	case limits.CommunityMembers > 0 && s.members >= int64(limits.CommunityMembers):
		return model.Errorf(model.Conflict, "the community is full")
	}
	return nil
}

// permitOnMember is for kick, role and mute.
func permitOnMember(change *model.Change, s *communityState) error {
	role := s.actor.Role
	switch {
	case !role.Manages(), change.Op == model.OpRole && role != model.RoleOwner:
		return model.Errorf(model.Forbidden, "you may not do this in the community")
	case s.target == nil:
		return model.Errorf(model.NotFound, "this user is not a member of the community")
	case !role.Above(s.target.Role):
		return model.Errorf(model.Forbidden, "you may not do this to a member of that role")
	}
	return nil
}
