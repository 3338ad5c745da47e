package chat

import (
	"bytes"
	"time"

	"ginchat/model"
)

// send is one entry on its way into a log: what is to be stored, and what
// became of it.
type send struct {
	conversation int64
	parties      model.Parties
	msg          model.Message
	// change, when set, is applied with the entry; such a send is committed alone.
	change *model.Change
	// origin is the session it came from; the ack stands for its delivery there.
	origin *Session
	queued time.Time
	// done is called once, with the stored message or why there is none.
	done func(*model.Message, error)

	// Outcome, set by the store.
	err       error
	repeat    bool  // the message was stored before, msg has its seq and time
	twin      *send // the same msgid stands before this one in the batch
	lockedSeq int64 // the conversation's last seq when it was locked
}

// size is roughly how many bytes the send adds to an INSERT.
func (one *send) size() int {
	d := &one.msg.Draft
	return 256 + len(d.Content) + len(d.URL) + len(d.Pic) + len(d.Memo)
}

// plain reports whether it is a text and nothing else, as most are: the other
// columns are then left to their defaults, which a fifth of an INSERT's time went to.
func (one *send) plain() bool {
	d := &one.msg.Draft
	return *d == model.Draft{Media: d.Media, Content: d.Content}
}

func (one *send) reset() {
	one.err, one.repeat, one.twin = nil, false, nil
	one.msg.Seq = 0
}

// settled reports whether the send needs no row of its own, or has one.
func (one *send) settled() bool { return one.err != nil || one.repeat || one.twin != nil }

// assign gives the sends that are to be stored their seq, time and place in the
// hash chain, moves heads on, and returns those sends.
func assign(batch []*send, heads map[int64]*model.Conversation, now model.Millis) []*send {
	fresh := make([]*send, 0, len(batch))
	for _, one := range batch {
		if one.settled() {
			continue
		}
		head := heads[one.conversation]
		m := &one.msg
		if m.ReplyTo > head.LastSeq {
			one.err = model.FieldErrorf("reply", "reply names a message that does not exist")
			continue
		}
		m.Seq, m.SentAt = head.LastSeq+1, now
		m.Hash = m.Chain(head.LastHash)
		head.LastSeq, head.LastHash, head.LastAt = m.Seq, m.Hash, now
		fresh = append(fresh, one)
	}
	return fresh
}

// outcome returns what to answer: the stored message or an error.
func (one *send) outcome() (*model.Message, error) {
	if first := one.twin; first != nil {
		if !bytes.Equal(first.msg.PayloadHash, one.msg.PayloadHash) {
			return nil, model.Errorf(model.Conflict, "msgid was already used for another message")
		}
		return first.outcome()
	}
	if one.err != nil {
		return nil, one.err
	}
	return &one.msg, nil
}

// stored reports whether this send made a new entry.
func (one *send) stored() bool { return !one.settled() && one.msg.Seq != 0 }

// mayWrite says whether a private message may be sent, from what the sender is
// to the recipient and the recipient to the sender.
func mayWrite(self bool, mine, theirs model.ContactState) error {
	switch {
	case self, mine == model.Friend && theirs == model.Friend:
		return nil
	case mine == model.Blocked:
		return model.Errorf(model.Forbidden, "you have blocked this user")
	case theirs == model.Blocked:
		return model.Errorf(model.Forbidden, "this user does not accept your messages")
	}
	return model.Errorf(model.Forbidden, "you are not friends")
}

// mayPost says whether a member may send to the community.
func mayPost(member bool, silencedUntil, now model.Millis) error {
	if !member {
		return model.Errorf(model.Forbidden, "you are not a member of this community")
	}
	if silencedUntil > now {
		return model.Errorf(model.Forbidden, "you may not post here until %s", silencedUntil.Time().Format("2006-01-02 15:04 UTC"))
	}
	return nil
}

// msgKey is what makes a message unique for ever.
type msgKey struct {
	conversation, sender int64
	msgid                string
}

func keyOf(m *model.Message) msgKey { return msgKey{m.ConversationID, m.SenderID, m.MsgID} }

// repeats settles the send by the message that is already stored under its msgid.
func (one *send) repeats(old *model.Message) {
	if !bytes.Equal(old.PayloadHash, one.msg.PayloadHash) {
		one.err = model.Errorf(model.Conflict, "msgid was already used for another message")
		return
	}
	one.err, one.repeat = nil, true
	one.msg.Seq, one.msg.SentAt = old.Seq, old.SentAt
}
