package view

import "ginchat/model"

// Chat is the page with the conversations and, beside them, the open one.
type Chat struct {
	Page
	Conversations []Conversation
	// Open is nil when only the list is shown.
	Open *OpenConversation
}

// Template names the page's template.
func (Chat) Template() string { return "chat/index" }

// BlankConversation is what JavaScript clones for a new row of the list.
func (Chat) BlankConversation() Conversation {
	return Conversation{Presence: &Presence{}, Last: &Preview{}}
}

// BlankEntry is what JavaScript clones for a message.
func (Chat) BlankEntry() Entry {
	return Entry{Message: &Message{Links: []Part{{}}, Attached: &Attached{Media: "file"}}}
}

// BlankMark is what JavaScript clones for a line between messages.
func (Chat) BlankMark() Entry { return Entry{Day: &Moment{}} }

// Conversation is a row of the list.
type Conversation struct {
	Address model.Address
	Title   string
	Avatar  Avatar
	// Presence is the other person's, nil for a community and for one's own notes.
	Presence *Presence
	// Last is nil before anybody has said anything.
	Last    *Preview
	LastSeq int64
	ReadSeq int64
	Unread  int64
	Muted   bool
	Current bool
}

// Preview is the newest entry of a conversation, in one line.
type Preview struct {
	// Sender is "" where it goes without saying; You stands for the reader's name.
	Sender   string
	You      bool
	Text     string
	Attached *Attached
	Change   *Change
	At       Moment
}

// OpenConversation is the conversation that is read and written in.
type OpenConversation struct {
	Address model.Address
	Title   string
	Avatar  Avatar
	// Presence is the other person's, nil for a community and for one's own notes.
	Presence *Presence
	// Members counts the members of a community.
	Members int
	// Listed says that the conversation has a row in the list, which can be muted.
	Listed  bool
	Muted   bool
	Entries []Entry
	// Older is the seq to page back from, 0 at the beginning.
	Older int64
	// Past says that newer entries than those shown exist.
	Past bool
	// LastSeq is the conversation's last seq.
	LastSeq int64
	// MsgID makes a repeat of the form's request the same message.
	MsgID string
	// EnterBreaks is the user's setting.
	EnterBreaks bool
	Form        Form
}

// Entry is one thing in the timeline: a day's head, the mark before what is
// new, a change or a message.
type Entry struct {
	Day     *Moment
	New     bool
	Change  *Change
	Message *Message
	Seq     int64
}

// Change tells of something done to the conversation.
type Change struct {
	// Name is the tail of the text's key, chat.op.<Name>.
	Name                 string
	Actor, Member, Value string
	// UserID and At are the entry's.
	UserID int64
	At     Moment
}

// Message is one message.
type Message struct {
	MsgID     string
	UserID    int64
	Author    string
	Avatar    Avatar
	Mine      bool
	Continued bool
	EmojiOnly bool
	Links     []Part
	Attached  *Attached
	At        Moment
}

// Part is a piece of text, and where it leads when it is an address.
type Part struct {
	Text string
	Href string
}

// Attached is what a message carries beside text.
type Attached struct {
	// Media is the tail of the text's key, chat.media.<Media>.
	Media string
	// Name and Detail are the text's arguments.
	Name, Detail string
	// Href is "" where the address may not be followed.
	Href string
}
