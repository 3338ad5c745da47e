package contact

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ginchat/model"
)

// maxFound is how many users, and how many communities, a search returns.
const maxFound = 20

// Found is the result of a search.
type Found struct {
	Users       []model.User
	Communities []Community
}

// Search finds users by id, account name or the beginning of the nickname, and
// communities by id or the beginning of the name; at most 20 of each. Users who
// have blocked the searching one are not found.
func (c *Contacts) Search(ctx context.Context, userID int64, kword string) (Found, error) {
	kword = strings.TrimSpace(kword)
	name := model.SearchKey(kword)
	if name == "" {
		return Found{}, model.FieldErrorf("kword", "type a number or the beginning of a name")
	}
	id, err := strconv.ParseInt(kword, 10, 64)
	if err != nil {
		id = 0
	}
	_, account, err := model.AccountKey(kword)
	if err != nil {
		account = "" // no account can be called so
	}
	exact, named, err := c.store.SearchUsers(ctx, userID, id, account, name, maxFound)
	if err != nil {
		return Found{}, err
	}
	communities, err := c.store.SearchCommunities(ctx, userID, id, name, maxFound)
	if err != nil {
		return Found{}, err
	}
	return Found{Users: merge(exact, named), Communities: communities}, nil
}

// merge returns each user once, the exact matches first, at most maxFound.
func merge(exact, named []model.User) []model.User {
	for _, user := range named {
		known := slices.ContainsFunc(exact, func(found model.User) bool { return found.ID == user.ID })
		if !known && len(exact) < maxFound {
			exact = append(exact, user)
		}
	}
	return exact
}
