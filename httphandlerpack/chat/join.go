package chat

import (
	"context"

	"ginchat/model"

	"go.uber.org/zap"
)

// join makes what tells other nodes and hears from them, and hangs it into the
// hub. start lets it run.
func (c *Chat) join(ctx context.Context, with Nodes, log *zap.Logger) error {
	several := with.several()
	if !several {
		with = Nodes{Directory: Alone{}, Peers: Alone{}}
	}
	c.presence = newAnnouncer(c.store, c.hub, with.Directory, with.Peers, log)
	c.holdings = newHoldings(c.hub, with.Directory, c.presence)
	c.presence.here = c.holdings.here
	c.hub.moved = c.holdings.moved
	c.background = append(c.background, c.holdings.run, c.presence.run, c.checkLogins)
	if c.store.sqlite && !several {
		return nil // nobody else writes to it
	}
	tail := &tail{store: c.store, handle: c.learn, restart: c.restartSessions, log: log}
	if err := tail.start(ctx); err != nil {
		return err
	}
	c.background = append(c.background, tail.run)
	if !several {
		return nil // but an operator may have accounts disabled
	}
	forward := newForwarder(with.Directory, with.Peers)
	notices := &noticer{store: c.store, log: log, wake: newBell()}
	nodes := &nodes{hub: c.hub, registry: with.Registry, peers: with.Peers, static: with.Static,
		holdings: c.holdings, presence: c.presence, log: log}
	c.outward = forward.send
	c.hub.outward, c.hub.notice, c.hub.seed = forward.send, notices.add, c.seed
	c.background = append(c.background, forward.run, notices.run, nodes.run)
	return nil
}

func (c *Chat) start() {
	ctx, stop := context.WithCancel(context.Background())
	c.stop = stop
	for _, run := range c.background {
		c.stopped.Go(func() { run(ctx) })
	}
}

// Receive tells the sessions of this node what another node says.
func (c *Chat) Receive(batch *model.Batch) error {
	parts := c.split()
	for _, e := range batch.Entries {
		part := parts.of(e.Conversation)
		part.received = append(part.received, e)
	}
	for _, m := range batch.Marks {
		part := parts.of(m.Conversation)
		part.marks = append(part.marks, m)
	}
	c.end(batch.Ended)
	if len(batch.Presences) > 0 {
		c.presence.hear(batch.Presences)
	}
	return parts.deliver()
}

// learn takes in what the commit log tells of other nodes' transactions.
func (c *Chat) learn(news model.News) {
	parts := c.split()
	for _, r := range news.Ranges {
		part := parts.of(r.Conversation)
		part.ranges = append(part.ranges, r)
	}
	c.end(news.Ended)
	for _, n := range news.Changed {
		c.hub.push(n.User, c.hub.encode.Changed(n.About))
	}
	_ = parts.deliver() // a node that stops needs to learn nothing more
}

// seed notes how far conversations go that somebody begins to follow.
func (c *Chat) seed(all []followed) {
	parts := c.split()
	for _, f := range all {
		part := parts.of(f.conversation)
		part.seeds = append(part.seeds, f)
	}
	_ = parts.deliver() // a node that stops lets nobody in
}

// end closes the sessions of logins that another node has ended.
func (c *Chat) end(logins []model.EndedLogin) {
	for _, one := range logins {
		why := LoginEnded
		if one.Disabled {
			why = Disabled
		}
		c.hub.endLogins(why, one.User, one.Login)
	}
}

// restartSessions has all sessions start again: they may have missed something
// that nothing can tell of any more.
func (c *Chat) restartSessions() {
	parts := c.split()
	for i := range c.committers {
		parts.of(int64(i)).restart = true
	}
	_ = parts.deliver() // a node that stops closes its sessions anyway
	c.hub.EndAll(Restarting, 0)
}

// split begins to sort what concerns conversations by who delivers it.
func (c *Chat) split() *split { return &split{chat: c, parts: map[*deliverer]*delivery{}} }

type split struct {
	chat  *Chat
	parts map[*deliverer]*delivery
}

func (s *split) of(conversation int64) *delivery {
	d := s.chat.committerOf(conversation).deliver
	if s.parts[d] == nil {
		s.parts[d] = &delivery{}
	}
	return s.parts[d]
}

func (s *split) deliver() error {
	s.chat.closing.RLock()
	defer s.chat.closing.RUnlock()
	if s.chat.closed {
		return model.Errorf(model.Unavailable, "the server is restarting")
	}
	for d, part := range s.parts {
		d.work <- *part
	}
	return nil
}
