package model

import (
	"fmt"
	"strconv"
	"strings"
)

// News is what one transaction did that other nodes' sessions must learn. It is
// written to the commit log with the transaction, so that it reaches them even
// when every word between the nodes was lost.
type News struct {
	Ranges  []Range
	Ended   []EndedLogin
	Changed []Notice
}

// Range is new entries of one conversation.
type Range struct {
	Conversation int64
	Parties      Parties
	First, Last  int64
	// Joined is who becomes a member by the entry, 0 for nobody: their node may
	// not follow the community yet.
	Joined int64
}

// EndedLogin is a login that proves nothing any more.
type EndedLogin struct {
	User, Login int64
	// Disabled says that the whole account is.
	Disabled bool
}

// Notice tells a user's pages to load a contact or community again.
type Notice struct {
	User  int64
	About Address
}

// Commit is one row of the commit log.
type Commit struct {
	ID   int64
	Node string // the boot id of the node that wrote it
	At   Millis
	News string
}

// TableName keeps gorm from making a plural.
func (Commit) TableName() string { return "commit_log" }

// NewCommit returns the row that tells of news.
func NewCommit(node string, at Millis, news News) *Commit {
	return &Commit{Node: node, At: at, News: news.Text()}
}

// Text is the news as a row keeps it: one word each, the kind as first letter.
func (n News) Text() string {
	var b strings.Builder
	for _, r := range n.Ranges {
		fmt.Fprintf(&b, "e%d/%s/%d/%d/%d ", r.Conversation, r.Parties.Name(), r.First, r.Last, r.Joined)
	}
	for _, e := range n.Ended {
		disabled := 0
		if e.Disabled {
			disabled = 1
		}
		fmt.Fprintf(&b, "l%d/%d/%d ", e.User, e.Login, disabled)
	}
	for _, c := range n.Changed {
		fmt.Fprintf(&b, "c%d/%d/%d ", c.User, c.About.Kind, c.About.DstID)
	}
	return strings.TrimSuffix(b.String(), " ")
}

// ParseNews reads what Text wrote. Words of a kind it does not know come from a
// newer version and are left out.
func ParseNews(text string) (News, error) {
	var n News
	for word := range strings.FieldsSeq(text) {
		fields := strings.Split(word[1:], "/")
		switch word[0] {
		case 'e':
			if len(fields) != 5 {
				return News{}, fmt.Errorf("news %q is cut off", word)
			}
			parties, err := ParseName(fields[1])
			if err != nil {
				return News{}, err
			}
			ids, err := numbers(word, append(fields[:1:1], fields[2:]...), 4)
			if err != nil {
				return News{}, err
			}
			n.Ranges = append(n.Ranges, Range{Conversation: ids[0], Parties: parties, First: ids[1], Last: ids[2], Joined: ids[3]})
		case 'l':
			ids, err := numbers(word, fields, 3)
			if err != nil {
				return News{}, err
			}
			n.Ended = append(n.Ended, EndedLogin{User: ids[0], Login: ids[1], Disabled: ids[2] != 0})
		case 'c':
			ids, err := numbers(word, fields, 3)
			if err != nil {
				return News{}, err
			}
			n.Changed = append(n.Changed, Notice{User: ids[0], About: Address{Kind: Kind(ids[1]), DstID: ids[2]}})
		}
	}
	return n, nil
}

func numbers(word string, fields []string, want int) ([]int64, error) {
	if len(fields) != want {
		return nil, fmt.Errorf("news %q is cut off", word)
	}
	ids := make([]int64, want)
	for i, field := range fields {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("news %q: %w", word, err)
		}
		ids[i] = n
	}
	return ids, nil
}
