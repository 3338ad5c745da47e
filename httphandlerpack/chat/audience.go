package chat

import "ginchat/model"

// deliver pushes one entry to everybody on this node who follows its
// conversation, but for the session it came from.
func (h *Hub) deliver(e *entry) {
	if e.op == model.OpJoin {
		h.follow(e) // who joins sees the joining
	}
	pushed := int64(0)
	h.each(e.parties, func(o *online) {
		for _, s := range *o.sessions.Load() {
			if s != e.origin {
				s.Outbox.Push(h.frameOf(e))
				pushed++
			}
		}
	})
	h.pushed.Add(pushed)
	if e.op != "" && e.op != model.OpJoin {
		h.follow(e) // who goes sees the going, and nothing after it
	}
}

// frameOf returns the frame that delivers e. It is made once, by the first who
// needs it.
func (h *Hub) frameOf(e *entry) *Frame {
	if e.frame == nil {
		e.frame = h.encode.Entry(e.message, e.parties)
		h.encoded.Add(1)
	}
	return e.frame
}

// read tells everybody in the conversation how far reader has read, but for the
// session that said so.
func (h *Hub) read(p model.Parties, reader, seq int64, origin *Session) {
	frames := map[model.Address]*Frame{} // a private conversation has two names
	h.each(p, func(o *online) {
		of := p.AddressFor(o.user)
		for _, s := range *o.sessions.Load() {
			if s == origin {
				continue
			}
			if frames[of] == nil {
				frames[of] = h.encode.Read(of, reader, seq)
			}
			s.Outbox.Push(frames[of])
		}
	})
}

// each calls f for the users on this node who follow the conversation.
func (h *Hub) each(p model.Parties, f func(*online)) {
	if p.Community != 0 {
		shard := &h.audiences[p.Community%hubShards]
		shard.mu.RLock()
		defer shard.mu.RUnlock()
		for _, o := range shard.audiences[p.Community] {
			f(o)
		}
		return
	}
	for _, user := range [...]int64{p.Low, p.High} {
		shard := &h.users[user%hubShards]
		shard.mu.RLock()
		o := shard.users[user]
		shard.mu.RUnlock()
		if o != nil {
			f(o)
		}
		if p.Low == p.High {
			return
		}
	}
}

// follows reports whether a user on this node follows the conversation.
func (h *Hub) follows(p model.Parties) bool {
	if p.Community == 0 {
		return h.present(p.Low) || h.present(p.High)
	}
	shard := &h.audiences[p.Community%hubShards]
	shard.mu.RLock()
	defer shard.mu.RUnlock()
	return len(shard.audiences[p.Community]) > 0
}

// present reports whether the user has a session on this node, or is about to.
func (h *Hub) present(user int64) bool {
	shard := &h.users[user%hubShards]
	shard.mu.RLock()
	defer shard.mu.RUnlock()
	o := shard.users[user]
	return o != nil && o.ready.Load()
}

// follow lets an entry about membership take effect on this node.
func (h *Hub) follow(e *entry) {
	switch e.op {
	case model.OpJoin:
		h.change(e.target, e.parties.Community, h.subscribe)
	case model.OpLeave, model.OpKick:
		h.change(e.target, e.parties.Community, h.unsubscribe)
	case model.OpDissolve:
		var all []int64
		h.each(e.parties, func(o *online) { all = append(all, o.user) })
		for _, user := range all {
			h.change(user, e.parties.Community, h.unsubscribe)
		}
	}
}

// change applies f to the user if online, and makes a load in progress read again.
func (h *Hub) change(user, community int64, f func(*online, int64)) {
	shard := &h.users[user%hubShards]
	shard.mu.RLock()
	o := shard.users[user]
	shard.mu.RUnlock()
	if o == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gone {
		return
	}
	o.changes++
	f(o, community)
}

// subscribe makes o hear of the community; o.mu is held.
func (h *Hub) subscribe(o *online, community int64) {
	o.follows[community] = struct{}{}
	shard := &h.audiences[community%hubShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if shard.audiences[community] == nil {
		shard.audiences[community] = map[int64]*online{}
		h.moved(communityKey(community))
	}
	shard.audiences[community][o.user] = o
}

// unsubscribe undoes subscribe; o.mu is held.
func (h *Hub) unsubscribe(o *online, community int64) {
	delete(o.follows, community)
	shard := &h.audiences[community%hubShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if shard.audiences[community][o.user] == o { // the user may have come back as another online
		delete(shard.audiences[community], o.user)
	}
	if len(shard.audiences[community]) == 0 {
		delete(shard.audiences, community)
		h.moved(communityKey(community))
	}
}
