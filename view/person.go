package view

import "ginchat/model"

// Person is somebody as the viewer knows them.
type Person struct {
	ID       int64
	Nickname string
	Avatar   string
	Sex      string
	Memo     string
	// Remark is the viewer's own name for the person, "" for none.
	Remark   string
	Presence Presence
	// What the two are to each other; Asked means the person waits for the
	// viewer's answer, Waiting the reverse.
	Self, Friend, Blocked, Asked, Waiting bool
}

// NewPerson returns what anybody may see of u.
func NewPerson(u model.User) Person {
	return Person{ID: u.ID, Nickname: u.Nickname, Avatar: u.Avatar, Sex: u.Sex, Memo: u.Memo}
}

// Name returns what the viewer calls the person.
func (p Person) Name() string {
	if p.Remark != "" {
		return p.Remark
	}
	return p.Nickname
}

// Login is the page to sign in.
type Login struct {
	Page
	Form Form
	// Next is the local path to go to afterwards, "" for the chats.
	Next string
}

// Template names the page's template.
func (Login) Template() string { return "user/login" }

// Register is the page to sign up.
type Register struct {
	Page
	Form Form
	Next string
}

// Template names the page's template.
func (Register) Template() string { return "user/register" }

// Settings is the page of a user's own account.
type Settings struct {
	Page
	Form    Form
	Current int64 // id of the login that asks
	Logins  []model.Login
}

// Template names the page's template.
func (Settings) Template() string { return "user/settings" }

// Others reports whether another device is signed in.
func (s Settings) Others() bool { return len(s.Logins) > 1 }
