package contact

import "ginchat/model"

// pair is what two users say of each other; State is "" where there is no row.
type pair struct {
	mine, theirs model.Contact
}

// added returns what the first becomes to the second by adding them: a friend, or
// one who has asked when approve says that the second wants to be asked and has
// not asked too.
func (p pair) added(approve bool) (model.ContactState, error) {
	switch {
	case p.mine.State == model.Blocked:
		return "", model.Errorf(model.Conflict, "you have blocked this user; unblock them first")
	case p.mine.State == model.Friend:
		return "", model.Errorf(model.Conflict, "you are friends already")
	case p.theirs.State == model.Blocked:
		return "", model.Errorf(model.Forbidden, "this user does not want to be added")
	case p.theirs.State == model.Requested || !approve:
		return model.Friend, nil
	case p.mine.State == model.Requested:
		return "", model.Errorf(model.Conflict, "you have asked already; wait for the answer")
	}
	return model.Requested, nil
}
