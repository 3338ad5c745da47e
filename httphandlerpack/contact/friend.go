package contact

import (
	"context"
	"strconv"
	"strings"

	"ginchat/model"
)

// maxIDDigits tells ids from mobile numbers: what is longer is tried as an account first.
const maxIDDigits = 9

// Friend is a contact that is a user, as the owner of the address book sees it.
type Friend struct {
	User   model.User
	State  model.ContactState // what the owner says: friend, requested or blocked
	Remark string
	Online int // 1, 0, or -1 for unknown
	Since  model.Millis
}

// Friends returns the user's friends, but for those the user has blocked.
func (c *Contacts) Friends(ctx context.Context, userID int64) ([]Friend, error) {
	rows, err := c.store.Friends(ctx, userID)
	if err != nil {
		return nil, err
	}
	contacts := make([]model.Contact, len(rows))
	for i, row := range rows {
		contacts[i] = row.Contact
	}
	friends, err := c.named(ctx, contacts)
	if err != nil {
		return nil, err
	}
	theirs := make(map[int64]model.ContactState, len(rows))
	for _, row := range rows {
		theirs[row.PeerID] = row.Theirs
	}
	for i := range friends {
		friends[i].Online = c.online(friends[i].User.ID, theirs[friends[i].User.ID])
	}
	return friends, nil
}

// named gives contact rows the profiles of their peers.
func (c *Contacts) named(ctx context.Context, rows []model.Contact) ([]Friend, error) {
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = row.PeerID
	}
	profiles, err := c.people.Profiles(ctx, ids)
	if err != nil {
		return nil, err
	}
	friends := make([]Friend, 0, len(rows))
	for _, row := range rows {
		if user, ok := profiles[row.PeerID]; ok {
			friends = append(friends, Friend{User: user, State: row.State, Remark: row.Memo, Online: unknown, Since: row.CreatedAt})
		}
	}
	return friends, nil
}

// unknown is the presence of who is no friend, or has blocked the asking one.
const unknown = -1

// online returns a friend's presence, which is for those who are friends to them.
func (c *Contacts) online(peer int64, theirs model.ContactState) int {
	if theirs != model.Friend {
		return unknown
	}
	return c.live.Online(peer)
}

// AddFriend makes two users friends, both ways or not at all, or asks the other
// one first when their settings say so; State of the answer tells which. who is a
// user id or an account name.
func (c *Contacts) AddFriend(ctx context.Context, userID int64, who string) (Friend, error) {
	peer, err := c.find(ctx, who)
	if err != nil {
		return Friend{}, err
	}
	if peer.ID == userID {
		return Friend{}, model.FieldErrorf("dstid", "you cannot add yourself as a friend")
	}
	row, err := c.store.AddFriend(ctx, userID, peer.ID, peer.Settings.Approve, c.now())
	if err != nil {
		return Friend{}, err
	}
	c.changed(userID, peer.ID)
	return Friend{User: peer, State: row.State, Remark: row.Memo, Online: c.online(peer.ID, row.State), Since: row.CreatedAt}, nil
}

// find returns the user that who means: an id, or an account name.
func (c *Contacts) find(ctx context.Context, who string) (model.User, error) {
	who = strings.TrimSpace(who)
	if who == "" {
		return model.User{}, model.FieldErrorf("dstid", "dstid is a user id or an account name")
	}
	id, err := strconv.ParseInt(who, 10, 64)
	if err != nil || id <= 0 {
		return c.people.ByAccount(ctx, who)
	}
	byID := func() (model.User, error) { return c.people.ByID(ctx, id) }
	byAccount := func() (model.User, error) { return c.people.ByAccount(ctx, who) }
	if len(who) > maxIDDigits {
		byID, byAccount = byAccount, byID
	}
	user, err := byID()
	if model.CodeOf(err) == model.NotFound {
		return byAccount()
	}
	return user, err
}

// RemoveFriend ends a friendship for both, or takes the user's request back;
// NotFound when there is neither. A message that races it is stored before it or
// refused.
func (c *Contacts) RemoveFriend(ctx context.Context, userID, peer int64) error {
	if err := c.store.RemoveFriend(ctx, userID, peer); err != nil {
		return err
	}
	c.changed(userID, peer)
	return nil
}

// maxRemark is the length of a remark in characters.
const maxRemark = 64

// Remark sets what the user calls a friend, "" for the friend's own name;
// NotFound when the user has no such contact.
func (c *Contacts) Remark(ctx context.Context, userID, peer int64, memo string) error {
	memo, err := model.CleanText("memo", memo, maxRemark)
	if err != nil {
		return err
	}
	if err := c.store.Remark(ctx, userID, peer, memo); err != nil {
		return err
	}
	c.live.ContactChanged(userID, friendAddress(peer))
	return nil
}
