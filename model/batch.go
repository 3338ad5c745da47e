package model

// Batch is what a node tells another one at once.
type Batch struct {
	Entries   []Forwarded
	Marks     []Mark
	Presences []PresenceChange
	Ended     []EndedLogin
}

// Forwarded is an entry that another node has stored, with the frame that
// delivers it.
type Forwarded struct {
	Conversation int64
	Parties      Parties
	Seq          int64
	Op           Op
	Target       int64
	Frame        []byte
}

// Mark says how far Reader has read a conversation.
type Mark struct {
	Conversation int64
	Parties      Parties
	Reader, Seq  int64
	// After is the conversation's last seq when the mark was moved. Who does not
	// have that yet is not told: they may have been removed before it.
	After int64
}

// PresenceChange tells the users To that their friend User came or went.
type PresenceChange struct {
	User   int64
	Online int
	At     Millis
	To     []int64
}
