package contact

import "context"

// MemberCount returns how many members a community has.
func (c *Contacts) MemberCount(ctx context.Context, userID, id int64) (int, error) {
	community, err := c.store.Community(ctx, userID, id)
	return community.Members, err
}
