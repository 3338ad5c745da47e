package model

// Presence says whether a user has a session on any node. The zero value is
// that of somebody who was never seen.
type Presence struct {
	Online int    // 1, 0, or -1 for unknown
	Seen   Millis // when they were last seen, if they are not online; 0 for unknown
}

// UnknownPresence is that of who is no friend, and of everybody while nodes
// cannot tell each other.
var UnknownPresence = Presence{Online: -1}
