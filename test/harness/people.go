package harness

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"

	"ginchat/args"
	"ginchat/model"
)

// Passwd is the password of everybody that People makes.
const Passwd = "correct-horse-battery"

// hashers is how many registrations go on at once: each costs a password hash,
// and the server computes only a few side by side.
const hashers = 4

// joinTries is how often a registration is tried on a busy machine.
const joinTries = 5

// People registers n users, signs them in and returns their clients. Their
// accounts are prefix1, prefix2 …
func (s *Server) People(prefix string, n int) []*Client {
	s.t.Helper()
	people := make([]*Client, n)
	places := make(chan int)
	var all sync.WaitGroup
	var failed atomic.Bool
	for range min(n, hashers) {
		all.Go(func() {
			for i := range places {
				if err := people[i].join(fmt.Sprint(prefix, i+1)); err != nil {
					s.t.Errorf("register %s%d: %v", prefix, i+1, err)
					failed.Store(true)
				}
			}
		})
	}
	for i := range n {
		people[i] = s.NewClient()
		places <- i
	}
	close(places)
	all.Wait()
	if failed.Load() {
		s.t.FailNow()
	}
	return people
}

// join registers and signs in; it may be called from any goroutine. A server
// that is busy is asked again.
func (c *Client) join(mobile string) error {
	for _, path := range []string{"/user/register", "/user/login"} {
		var a Answer
		var err error
		for range joinTries {
			a, err = c.Try("POST", path, Form("mobile", mobile, "passwd", Passwd, "nickname", mobile))
			if err != nil || a.Status != http.StatusServiceUnavailable {
				break
			}
		}
		if err != nil {
			return err
		}
		if path == "/user/register" && a.Status == http.StatusConflict {
			continue // a busy server may have done it all the same
		}
		if !a.OK() {
			return fmt.Errorf("%s: %d %s", path, a.Status, a.Msg)
		}
		if err := json.Unmarshal(a.Data, &c.User); err != nil {
			return err
		}
	}
	c.Token = c.User.Token
	return nil
}

// Befriend makes a and b friends.
func Befriend(a, b *Client) {
	a.t.Helper()
	a.MustPost(nil, "/contact/addfriend", "dstid", b.User.ID)
}

// Friends registers two users who are friends.
func (s *Server) Friends(prefix string) (a, b *Client) {
	s.t.Helper()
	people := s.People(prefix, 2)
	Befriend(people[0], people[1])
	return people[0], people[1]
}

// Community makes an open community of which owner and all others are members.
func Community(name string, owner *Client, others ...*Client) model.Address {
	owner.t.Helper()
	var made args.Community
	owner.MustPost(&made, "/contact/createcommunity", "name", name, "join_policy", string(model.JoinOpen))
	for _, other := range others {
		other.MustPost(nil, "/contact/joincommunity", "dstid", made.ID)
	}
	return model.Address{Kind: model.KindCommunity, DstID: made.ID}
}

// Private is how one writes to c.
func (c *Client) Private() model.Address {
	return model.Address{Kind: model.KindPrivate, DstID: c.User.ID}
}

// Send sends a text over HTTP and returns the answer, whatever it is.
func (c *Client) Send(to model.Address, msgid, content string) Answer {
	c.t.Helper()
	return c.Post("/chat/send", "cmd", int(to.Kind), "dstid", to.DstID, "msgid", msgid, "content", content)
}

// History returns all entries of a conversation that c may see, in seq order,
// read page by page from the newest.
func (c *Client) History(of model.Address) []args.Message {
	c.t.Helper()
	var all []args.Message
	for before := int64(0); ; before = all[0].Seq {
		page, _ := c.HistoryPage(of, "before", before)
		if len(page) == 0 {
			return all
		}
		all = append(page, all...)
	}
}

// Conversations returns the user's conversations, from a server that may be away.
func (c *Client) Conversations() ([]args.Conversation, error) {
	a, err := c.Try("GET", "/chat/conversations", nil)
	if err != nil {
		return nil, err
	}
	if !a.OK() {
		return nil, fmt.Errorf("conversations: %d %s", a.Status, a.Msg)
	}
	var rows []args.Conversation
	err = json.Unmarshal(a.Rows, &rows)
	return rows, err
}

// Friends returns the user's friends by their ids.
func (c *Client) Friends() map[int64]args.Friend {
	c.t.Helper()
	a := c.Post("/contact/loadfriend")
	var rows []args.Friend
	if err := json.Unmarshal(a.Rows, &rows); err != nil || !a.OK() {
		c.t.Fatalf("friends: %d %s, %v", a.Status, a.Body, err)
	}
	friends := map[int64]args.Friend{}
	for _, row := range rows {
		friends[row.ID] = row
	}
	return friends
}

// HistoryAfter returns all entries after a seq, from a server that may be away.
func (c *Client) HistoryAfter(of model.Address, seq int64) ([]args.Message, error) {
	var all []args.Message
	for {
		a, err := c.Try("GET", "/chat/history", Form("cmd", int(of.Kind), "dstid", of.DstID, "limit", 200, "after", seq))
		if err != nil {
			return nil, err
		}
		if !a.OK() {
			return nil, fmt.Errorf("history of %v: %d %s", of, a.Status, a.Msg)
		}
		var page []args.Message
		if err := json.Unmarshal(a.Rows, &page); err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return all, nil
		}
		all = append(all, page...)
		seq = page[len(page)-1].Seq
	}
}

// HistoryPage returns one page of at most 200 entries before or after a seq, and
// the conversation's last seq. Zero means the newest page.
func (c *Client) HistoryPage(of model.Address, side string, seq int64) ([]args.Message, int64) {
	c.t.Helper()
	page, last, err := c.TryHistoryPage(of, side, seq)
	if err != nil {
		c.t.Fatal(err)
	}
	return page, last
}

// TryHistoryPage is HistoryPage for a server that may be away.
func (c *Client) TryHistoryPage(of model.Address, side string, seq int64) ([]args.Message, int64, error) {
	pairs := []any{"cmd", int(of.Kind), "dstid", of.DstID, "limit", 200}
	if seq != 0 {
		pairs = append(pairs, side, seq)
	}
	a, err := c.Try("GET", "/chat/history", Form(pairs...))
	if err != nil {
		return nil, 0, err
	}
	if !a.OK() {
		return nil, 0, fmt.Errorf("history of %v: %d %s", of, a.Status, a.Msg)
	}
	var page []args.Message
	err = json.Unmarshal(a.Rows, &page)
	return page, a.Total, err
}
