package chat

import (
	"context"
	"crypto/rand"
	"hash/crc32"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ginchat/model"
)

// What the columns of messages hold, in characters.
const (
	maxURL  = 2048
	maxMemo = 1024
)

var msgidPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Outgoing is what a user wants to send to whom.
type Outgoing struct {
	To    model.Address
	MsgID string // "" is made up, and then a repeat cannot be told
	Draft model.Draft
	CRC   *uint32 // the client's sum over the draft, nil when it gave none
}

// Submit checks a send and queues it. Sends of one session are stored in the
// order of their Submit calls, as far as they go to one conversation. done is
// called once, later, with the stored message or the reason there is none; it
// must not block. It is not called when Submit returns an error.
func (c *Chat) Submit(ctx context.Context, from *Session, out Outgoing, done func(*model.Message, error)) error {
	one, err := c.prepare(ctx, from.UserID, out)
	if err != nil {
		return err
	}
	one.origin, one.done = from, done
	return c.queue(one)
}

// Send stores a message and waits until it is. The context's end does not undo
// a send that is under way.
func (c *Chat) Send(ctx context.Context, sender int64, to model.Address, msgid string, draft model.Draft, crc *uint32) (model.Message, error) {
	one, err := c.prepare(ctx, sender, Outgoing{To: to, MsgID: msgid, Draft: draft, CRC: crc})
	if err != nil {
		return model.Message{}, err
	}
	return c.wait(ctx, one)
}

// WaitRoom returns when the conversation's queue has room again, or ctx ends.
func (c *Chat) WaitRoom(ctx context.Context, user int64, to model.Address) {
	conversation, ok := c.access.known(to.Name(user))
	if !ok {
		return
	}
	queue := c.committerOf(conversation).queue
	for len(queue) == cap(queue) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (c *Chat) prepare(ctx context.Context, sender int64, out Outgoing) (*send, error) {
	if out.Draft.Media == 0 {
		out.Draft.Media = model.MediaText
	}
	if out.MsgID == "" {
		out.MsgID = rand.Text()
	}
	if err := c.check(out); err != nil {
		return nil, err
	}
	if err := c.allow(sender); err != nil {
		return nil, err
	}
	conversation, parties, err := c.access.ForPosting(ctx, sender, out.To)
	if err != nil {
		return nil, err
	}
	return &send{conversation: conversation, parties: parties,
		msg: model.Message{SenderID: sender, MsgID: out.MsgID, Draft: out.Draft}}, nil
}

// check finds what is wrong with a send whoever sends it to whom.
func (c *Chat) check(out Outgoing) error {
	d := &out.Draft
	switch {
	case !msgidPattern.MatchString(out.MsgID):
		return model.FieldErrorf("msgid", "msgid must be 1 to 64 of A-Z a-z 0-9 _ -")
	case !d.Media.Known():
		return model.FieldErrorf("media", "media %d is not known", d.Media)
	case c.cfg.TextBytes > 0 && len(d.Content) > c.cfg.TextBytes:
		return model.Errorf(model.TooLarge, "content is longer than %d bytes", c.cfg.TextBytes)
	case utf8.RuneCountInString(d.URL) > maxURL, utf8.RuneCountInString(d.Pic) > maxURL:
		return model.Errorf(model.TooLarge, "url or pic is longer than %d characters", maxURL)
	case utf8.RuneCountInString(d.Memo) > maxMemo:
		return model.Errorf(model.TooLarge, "memo is longer than %d characters", maxMemo)
	case d.Amount < 0, d.ReplyTo < 0:
		return model.Errorf(model.Invalid, "amount and reply cannot be negative")
	case strings.TrimSpace(d.Content) == "" && (d.Media == model.MediaText || d.URL == ""):
		return model.FieldErrorf("content", "the message is empty")
	}
	for _, text := range [...]string{d.Content, d.URL, d.Pic, d.Memo} {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return model.Errorf(model.Invalid, "text must be valid UTF-8 without U+0000")
		}
	}
	if out.CRC != nil && *out.CRC != d.CRC() && !(d.URL == "" && *out.CRC == crc32.ChecksumIEEE([]byte(d.Content))) {
		return model.Errorf(model.Checksum, "crc does not match content and url")
	}
	return nil
}

// allow charges one message to the user's rate limit.
func (c *Chat) allow(user int64) error {
	if c.rate == nil {
		return nil
	}
	if wait, ok := c.rate.Allow(strconv.FormatInt(user, 10)); !ok {
		return &model.Error{Code: model.RateLimited, Message: "too many messages, slow down", After: wait}
	}
	return nil
}
