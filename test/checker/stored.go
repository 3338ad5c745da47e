package checker

// history takes in one reader's pages: seqs without holes, and the same entries
// that other readers got.
func (c *check) history(h History) {
	log := c.logs[h.Conversation]
	first := log == nil
	if first {
		log = map[int64]Entry{}
		c.logs[h.Conversation] = log
	}
	previous := h.After
	for _, e := range h.Entries {
		switch {
		case e.Seq == previous && previous != h.After:
			c.report("I5", "%s: seq %d is there twice for %s", h.Conversation, e.Seq, h.Reader)
		case e.Seq <= previous:
			c.report("I4", "%s: seq %d comes after %d for %s", h.Conversation, e.Seq, previous, h.Reader)
		case e.Seq > previous+1:
			c.report("I5", "%s: %d is followed by %d for %s", h.Conversation, previous, e.Seq, h.Reader)
		}
		previous = e.Seq
		if other, known := log[e.Seq]; known && other != e {
			c.report("I4", "%s: seq %d is %+v for %s and %+v for others", h.Conversation, e.Seq, e, h.Reader, other)
		}
		log[e.Seq] = e
	}
	if !first && previous != c.last[h.Conversation] {
		c.report("I12", "%s: ends at %d for %s and at %d for others", h.Conversation, previous, h.Reader, c.last[h.Conversation])
	}
	c.last[h.Conversation] = max(previous, c.last[h.Conversation])
}

// index finds messages that are stored twice.
func (c *check) index() {
	for conversation, log := range c.logs {
		for _, e := range log {
			if !e.Event {
				k := key{conversation, e.Sender, e.MsgID}
				c.stored[k] = append(c.stored[k], e)
			}
		}
	}
	for k, entries := range c.stored {
		if len(entries) > 1 {
			c.report("I3", "%s: message %s of %d is stored %d times", k.conversation, k.msgid, k.sender, len(entries))
		}
	}
}

// send holds one sender's word against what is stored.
func (c *check) send(s Send) {
	k := key{s.Conversation, s.Sender, s.MsgID}
	c.sent[k] = s
	entries := c.stored[k]
	switch {
	case s.Outcome == Acked && len(entries) == 0:
		c.report("I1", "%s: acked message %s of %d (seq %v) is lost", s.Conversation, s.MsgID, s.Sender, s.Seqs)
	case s.Outcome == Refused && len(entries) > 0:
		c.report("I2", "%s: refused message %s of %d is stored as %d", s.Conversation, s.MsgID, s.Sender, entries[0].Seq)
	}
	for _, seq := range s.Seqs {
		switch {
		case seq != s.Seqs[0]:
			c.report("I3", "%s: message %s of %d was acked as %d and as %d", s.Conversation, s.MsgID, s.Sender, s.Seqs[0], seq)
		case len(entries) > 0 && entries[0].Seq != seq:
			c.report("I3", "%s: message %s of %d was acked as %d and is stored as %d", s.Conversation, s.MsgID, s.Sender, seq, entries[0].Seq)
		}
	}
	for _, e := range entries {
		if e.Content != s.Content {
			c.report("I2", "%s: message %s of %d is %q, stored is %q", s.Conversation, s.MsgID, s.Sender, s.Content, e.Content)
		}
	}
}

// forged finds what is stored and was never sent.
func (c *check) forged() {
	for k, entries := range c.stored {
		if _, known := c.sent[k]; !known {
			c.report("I2", "%s: nobody sent message %s of %d, seq %d", k.conversation, k.msgid, k.sender, entries[0].Seq)
		}
	}
}

// view holds what a device took in against the log.
func (c *check) view(v View) {
	cursor := v.After
	for _, e := range v.Entries {
		if e.Seq != cursor+1 {
			c.report("I9", "%s: %s showed %d after %d", v.Conversation, v.Device, e.Seq, cursor)
		}
		cursor = e.Seq
		if stored, known := c.logs[v.Conversation][e.Seq]; !known || stored != e {
			c.report("I4", "%s: %s showed %+v, stored is %+v", v.Conversation, v.Device, e, stored)
		}
	}
	if last := c.last[v.Conversation]; cursor != last {
		c.report("I8", "%s: %s showed all up to %d of %d", v.Conversation, v.Device, cursor, last)
	}
	for _, hole := range v.Holes {
		c.report("I8", "%s: %s: %s", v.Conversation, v.Device, hole)
	}
}
