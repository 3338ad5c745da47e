package view

import "ginchat/model"

// CommunityRow is a community as the viewer sees it; Role is "" when the viewer
// is not a member.
type CommunityRow struct {
	model.Community
	Role    model.Role
	Members int
	// Asked says that the viewer waits to be accepted.
	Asked bool
	// Asking counts who waits for the viewer to accept them.
	Asking int
}

// Communities is the page of communities.
type Communities struct {
	Page
	Form Form
	Mine []CommunityRow
	// Query is what was searched for, "" if nothing; Found is what that gave.
	Query string
	Found []CommunityRow
	// Pane is "create", "find", "one", or "" for the list.
	Pane string
	Open *OpenCommunity
}

// Template names the page's template.
func (Communities) Template() string { return "contact/community" }

// Detail reports whether a phone shows the right-hand part instead of the list.
func (c Communities) Detail() bool { return c.Pane != "" }

// OpenCommunity is one community with its members.
type OpenCommunity struct {
	CommunityRow
	People   []MemberRow
	Requests []Person
	// Invitable are the viewer's friends who are not members.
	Invitable []Person
}

// Manages reports whether the viewer may change the community.
func (o OpenCommunity) Manages() bool { return o.Role.Manages() }

// Invites reports whether the viewer may add friends.
func (o OpenCommunity) Invites() bool {
	return o.Manages() || (o.Role != "" && o.JoinPolicy == model.JoinOpen)
}

// MemberRow is one member; Viewer is the role of who looks.
type MemberRow struct {
	Person
	Role          model.Role
	Viewer        model.Role
	Silenced      bool
	SilencedUntil model.Millis
}

// Managed reports whether the viewer may remove or silence the member.
func (m MemberRow) Managed() bool { return !m.Self && m.Viewer.Above(m.Role) }

// Promoted reports whether the viewer may change the member's role.
func (m MemberRow) Promoted() bool { return !m.Self && m.Viewer == model.RoleOwner }

// SilencedForGood reports whether only lifting it ends the member's silence.
func (m MemberRow) SilencedForGood() bool { return m.SilencedUntil >= ForGood }

// ForGood is a time that never comes: the last millisecond of the year 9999.
const ForGood model.Millis = 253402300799999
