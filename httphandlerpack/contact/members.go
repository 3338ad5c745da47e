package contact

import (
	"cmp"
	"context"
	"slices"

	"ginchat/model"
)

// RoleRequested marks somebody who has asked to join in the list of members.
const RoleRequested model.Role = "requested"

// Member is a member of a community as another one sees them.
type Member struct {
	User     model.User
	Role     model.Role // RoleRequested for who has asked to join
	Presence model.Presence
	// SilencedUntil is 0 for who may post.
	SilencedUntil model.Millis
	// Remark is what the asking user calls them.
	Remark string
}

// Members returns the members of a community, the owner first, then admins. Its
// owner and admins also see who has asked to join. Forbidden for who is not a
// member.
func (c *Contacts) Members(ctx context.Context, userID, id int64) ([]Member, error) {
	community, err := c.store.Community(ctx, userID, id)
	if err != nil {
		return nil, err
	}
	if community.Role == "" {
		return nil, errNotMember
	}
	rows, err := c.store.Members(ctx, id)
	if err != nil {
		return nil, err
	}
	if community.Role.Manages() {
		asking, err := c.store.Asking(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, asker := range asking {
			if slices.ContainsFunc(rows, func(m model.Member) bool { return m.UserID == asker }) {
				continue // admitted, and the request not dropped yet
			}
			rows = append(rows, model.Member{UserID: asker, Role: RoleRequested})
		}
	}
	return c.profiled(ctx, userID, rows)
}

func (c *Contacts) profiled(ctx context.Context, userID int64, rows []model.Member) ([]Member, error) {
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = row.UserID
	}
	profiles, err := c.people.Profiles(ctx, ids)
	if err != nil {
		return nil, err
	}
	contacts, err := c.store.Remarks(ctx, userID, ids)
	if err != nil {
		return nil, err
	}
	remarks := make(map[int64]string, len(contacts))
	for _, row := range contacts {
		remarks[row.PeerID] = row.Memo
	}
	present := slices.DeleteFunc(slices.Clone(rows), func(m model.Member) bool { return m.Role == RoleRequested })
	known := make([]int64, len(present))
	for i, row := range present {
		known[i] = row.UserID
	}
	presences := c.presences(ctx, known)
	now := c.now()
	members := make([]Member, 0, len(rows))
	for _, row := range rows {
		user, ok := profiles[row.UserID]
		if !ok {
			continue
		}
		member := Member{User: user, Role: row.Role, Presence: model.UnknownPresence, Remark: remarks[user.ID]}
		if presence, ok := presences[user.ID]; ok {
			member.Presence = presence
		}
		if row.SilencedUntil > now {
			member.SilencedUntil = row.SilencedUntil
		}
		members = append(members, member)
	}
	slices.SortStableFunc(members, func(a, b Member) int {
		if a.Role != b.Role {
			return cmp.Compare(place(a.Role), place(b.Role))
		}
		return cmp.Compare(a.User.ID, b.User.ID)
	})
	return members, nil
}

// place sorts roles in the list of members.
func place(r model.Role) int {
	return slices.Index([]model.Role{model.RoleOwner, model.RoleAdmin, model.RoleMember, RoleRequested}, r)
}
