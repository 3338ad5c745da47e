package view

import "ginchat/model"

// Page is what every page has. Handlers get it from httphandler.Pages.Common.
type Page struct {
	// Lang is a language of the catalogue.
	Lang string
	// Theme is "light", "dark", or "" to follow the device.
	Theme string
	// Active is the part of the navigation the page belongs to: "chats",
	// "contacts", "communities", "settings" or "".
	Active string
	// Self is who is signed in, nil for a stranger.
	Self *model.User
	// Badges are what waits for the user.
	Badges Badges
	// Notice is the catalogue key of a text that tells of a success, or "".
	Notice string
}

// Badges are the numbers beside the parts of the navigation.
type Badges struct {
	// Unread counts unread messages, but for muted conversations.
	Unread int64
	// Friends and Joins count requests that wait for an answer.
	Friends, Joins int
}

func (p Page) language() string { return p.Lang }

// Form is a form as it was sent: what was typed, and what was wrong with it.
type Form struct {
	// Name tells the forms of one page apart; it is the action's name.
	Name   string
	Values map[string]string
	// Field is the input at fault, "" when it is none or several.
	Field string
	// Error is in the page's language, "" when nothing was wrong.
	Error string
}

// Is reports whether this form was the one that was sent.
func (f Form) Is(name string) bool { return f.Name == name }

// Value returns what was typed into field of form name, else fallback.
func (f Form) Value(name, field, fallback string) string {
	if v, ok := f.Values[field]; ok && f.Name == name {
		return v
	}
	return fallback
}

// ErrorOf returns what is wrong with field of form name; field "" asks for what
// belongs to no field in particular.
func (f Form) ErrorOf(name, field string) string {
	if f.Name == name && f.Field == field {
		return f.Error
	}
	return ""
}

// Avatar is a person's or community's picture, or the initial in its place.
type Avatar struct {
	URL     string
	Initial string
	// Hue is 0–7, a colour class of avatar.css.
	Hue  int64
	Size string
}

// notices are the successes that a page may tell of after a redirect; their
// texts are notice.<name>.
var notices = map[string]bool{
	"saved": true, "password_changed": true, "login_ended": true, "logins_ended": true,
	"friend_added": true, "friend_asked": true, "friend_removed": true, "friend_declined": true,
	"blocked": true, "request_withdrawn": true, "unblocked": true, "community_created": true, "community_joined": true,
	"community_asked": true, "community_left": true, "community_dissolved": true, "member_added": true,
	"member_removed": true, "request_declined": true, "role_changed": true, "member_muted": true,
	"member_unmuted": true,
}

// IsNotice reports whether name is a success that a page may tell of.
func IsNotice(name string) bool { return notices[name] }

// hues is the number of colours in avatar.css.
const hues = 8
