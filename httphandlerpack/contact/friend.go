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
	User     model.User
	State    model.ContactState // what the owner says: friend, requested or blocked
	Remark   string
	Presence model.Presence
	Since    model.Millis
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
	known := make([]int64, 0, len(friends))
	for _, f := range friends {
		if theirs[f.User.ID] == model.Friend {
			known = append(known, f.User.ID)
		}
	}
	presences := c.presences(ctx, known)
	for i := range friends {
		if presence, ok := presences[friends[i].User.ID]; ok {
			friends[i].Presence = presence
		}
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
			friends = append(friends, Friend{User: user, State: row.State, Remark: row.Memo, Presence: model.UnknownPresence, Since: row.CreatedAt})
		}
	}
	return friends, nil
}

// presences returns the presences of users who are known to let the caller know.
func (c *Contacts) presences(ctx context.Context, users []int64) map[int64]model.Presence {
	if len(users) == 0 {
		return nil
	}
	known := make(map[int64]model.Presence, len(users))
	for i, presence := range c.live.Presences(ctx, users) {
		known[users[i]] = presence
	}
	return known
}

// Presences returns whether those of these users are online who are friends of
// the user and have not blocked them; the others are left out.
func (c *Contacts) Presences(ctx context.Context, userID int64, peers []int64) (map[int64]model.Presence, error) {
	friends, err := c.store.FriendsAmong(ctx, userID, peers)
	if err != nil {
		return nil, err
	}
	return c.presences(ctx, friends), nil
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
	presence := model.UnknownPresence
	if row.State == model.Friend {
		presence = c.live.Presences(ctx, []int64{peer.ID})[0]
	}
	return Friend{User: peer, State: row.State, Remark: row.Memo, Presence: presence, Since: row.CreatedAt}, nil
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
