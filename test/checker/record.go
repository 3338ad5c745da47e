// Package checker judges what a server did to messages from what its clients
// saw: it finds every broken promise about loss, order and repetition in the
// record of a test.
package checker

import (
	"fmt"
	"time"
)

// Outcome is what a sender was told in the end.
type Outcome int

const (
	// Unknown means that no final answer came; the message may be stored or not.
	Unknown Outcome = iota
	// Acked means that the server said: stored.
	Acked
	// Refused means that the server said: no, and do not try again.
	Refused
)

// Send is one message somebody wanted to send, with all its retries.
type Send struct {
	Conversation string // any name that is the same for all its members
	Device       string
	Sender       int64
	MsgID        string
	Content      string
	Outcome      Outcome
	// Seqs are the seqs of all acks it got.
	Seqs []int64
	// First is when it was first written to a socket, AckedAt when the first ack was read.
	First, AckedAt time.Time
	// Lane names the socket and Place the position in it for a send that was
	// answered at its first attempt; sends with retries have no Lane.
	Lane  string
	Place int
}

// Entry is one entry of a conversation as a client got it.
type Entry struct {
	Seq     int64
	Sender  int64
	MsgID   string
	Content string
	// Event marks entries that are not messages, such as joins.
	Event bool
}

// History is all of a conversation as one reader's pages of history gave it.
type History struct {
	Conversation string
	Reader       string
	After        int64 // the seq the reader began after
	Entries      []Entry
}

// View is what one device took in of a conversation, in the order in which it
// would have shown it, own messages included.
type View struct {
	Conversation string
	Device       string
	After        int64 // the seq the device began with
	Entries      []Entry
	// Shown is when each entry was, where that is known.
	Shown []time.Time
	// Holes tells of each time an entry came while one before it had not, though
	// the device was connected and in sync.
	Holes []string
}

// Record is all that is known of a test when everything is quiet again.
type Record struct {
	Sends     []Send
	Histories []History
	Views     []View
	Marks     []Mark
	// Healed is when the last fault ended, and Late how long after that, or after
	// its ack, an acked message may take to be shown; 0 is any time.
	Healed time.Time
	Late   time.Duration
}

// Violation is one broken promise. Rule is the invariant's number.
type Violation struct{ Rule, What string }

func (v Violation) String() string { return v.Rule + ": " + v.What }

// Check returns all broken promises of a record.
func Check(r Record) []Violation {
	c := &check{logs: map[string]map[int64]Entry{}, last: map[string]int64{}, stored: map[key][]Entry{}, sent: map[key]Send{}}
	for _, h := range r.Histories {
		c.history(h)
	}
	c.index()
	for _, s := range r.Sends {
		c.send(s)
	}
	c.forged()
	c.pipelines(r.Sends)
	c.causes(r.Sends)
	for _, v := range r.Views {
		c.view(v)
	}
	c.late(r)
	c.marks(r.Marks)
	return c.found
}

type key struct {
	conversation string
	sender       int64
	msgid        string
}

type check struct {
	found  []Violation
	logs   map[string]map[int64]Entry // conversation → seq → entry
	last   map[string]int64
	stored map[key][]Entry
	sent   map[key]Send
}

func (c *check) report(rule, format string, args ...any) {
	c.found = append(c.found, Violation{rule, fmt.Sprintf(format, args...)})
}
