package model

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind tells the two sorts of conversation apart, by their wire numbers.
type Kind int

const (
	KindPrivate   Kind = 10 // two users, or one user's notes to self
	KindCommunity Kind = 11
)

// Conversation is an ordered log of entries. LastSeq counts them, LastHash is
// the hash of the newest one and so vouches for all before it.
type Conversation struct {
	ID       int64
	Name     string
	LastSeq  int64
	LastHash []byte
	LastAt   Millis
}

// Address names a conversation as its user sees it: the other person or the community.
type Address struct {
	Kind  Kind
	DstID int64
}

// PrivateName is the conversation name of two users, in either order.
func PrivateName(a, b int64) string {
	if a > b {
		a, b = b, a
	}
	return fmt.Sprintf("u:%d:%d", a, b)
}

// CommunityName is the conversation name of a community.
func CommunityName(id int64) string { return "g:" + strconv.FormatInt(id, 10) }

// Name returns the conversation's unique name when user speaks of it as a.
func (a Address) Name(user int64) string {
	if a.Kind == KindCommunity {
		return CommunityName(a.DstID)
	}
	return PrivateName(user, a.DstID)
}

// Parties is a parsed conversation name: a community's id, or two user ids.
type Parties struct {
	Community int64
	Low, High int64
}

// ParseName splits a conversation name. Names are made by this package alone,
// so a bad one is a damaged database.
func ParseName(name string) (Parties, error) {
	head, rest, _ := strings.Cut(name, ":")
	low, high, two := strings.Cut(rest, ":")
	a, errA := strconv.ParseInt(low, 10, 64)
	switch {
	case head == "g" && !two && errA == nil && a > 0:
		return Parties{Community: a}, nil
	case head == "u" && two && errA == nil && a > 0:
		b, err := strconv.ParseInt(high, 10, 64)
		if err == nil && a <= b {
			return Parties{Low: a, High: b}, nil
		}
	}
	return Parties{}, fmt.Errorf("conversation name %q is neither u:a:b nor g:id", name)
}

// Kind returns which sort of conversation the parties have.
func (p Parties) Kind() Kind {
	if p.Community != 0 {
		return KindCommunity
	}
	return KindPrivate
}

// AddressFor returns how user speaks of the conversation.
func (p Parties) AddressFor(user int64) Address {
	if p.Community != 0 {
		return Address{KindCommunity, p.Community}
	}
	return Address{KindPrivate, p.Other(user)}
}

// Other returns the private partner of user; for notes to self that is user.
func (p Parties) Other(user int64) int64 {
	if user == p.Low {
		return p.High
	}
	return p.Low
}

// Name returns the conversation's unique name.
func (p Parties) Name() string {
	if p.Community != 0 {
		return CommunityName(p.Community)
	}
	return PrivateName(p.Low, p.High)
}
