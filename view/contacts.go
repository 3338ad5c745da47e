package view

// Contacts is the page of friends.
type Contacts struct {
	Page
	Form Form
	// Groups are the friends by first letter.
	Groups  []FriendGroup
	Friends int
	// Requests wait for the viewer's answer, Waiting for the other side's.
	Requests, Waiting, Blocked []Person
	// Query is what was searched for, "" if nothing; Found is what that gave.
	Query string
	Found []Person
	// Open is whose card is shown, nil for none.
	Open *Person
	// Adding is true when the search is asked for rather than the list.
	Adding bool
}

// Template names the page's template.
func (Contacts) Template() string { return "contact/index" }

// Detail reports whether a phone shows the right-hand part instead of the list.
func (c Contacts) Detail() bool { return c.Open != nil || c.Adding || c.Query != "" }
