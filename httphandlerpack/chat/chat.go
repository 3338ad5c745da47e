// Package chat is the log: what is said in conversations, in which order, by
// whom, and how it reaches the sessions of this node.
package chat

import (
	"context"
	"runtime"
	"sync"
	"time"

	"ginchat/model"
	"ginchat/util"

	"go.uber.org/zap"
)

// Config holds the limits of docs/protocol.md; 0 switches one off.
type Config struct {
	TextBytes         int
	MessagesPerSecond int // of one user, with bursts of three times as many
	CommunityMembers  int
	CommunitiesOwned  int
}

// maxRated is how many users' recent sends are remembered.
const maxRated = 100_000

// Chat is the log and everything that writes to it.
type Chat struct {
	store      *Store
	hub        *Hub
	people     People
	cfg        Config
	access     access
	committers []*committer
	rate       *util.Limiter
	epoch      string
	now        func() time.Time
	log        *zap.Logger

	holdings *holdings
	presence *announcer
	outward  func(*model.Batch) // tells the other nodes; nil for a single one

	stopRepairs context.CancelFunc
	committing  sync.WaitGroup
	delivering  sync.WaitGroup
	// background is what runs until stop, each with nothing to finish.
	background []func(context.Context)
	stop       context.CancelFunc
	stopped    sync.WaitGroup
	// closing guards the queues: submissions hold it shared, Close alone.
	closing sync.RWMutex
	closed  bool
}

// Nodes joins this node to others. The zero value is a single node.
type Nodes struct {
	Directory Directory
	Registry  Registry
	Peers     Peers
	// Static are the names of nodes that are known without the registry.
	Static []string
}

func (n Nodes) several() bool { return n.Peers != nil }

// New reads the log's epoch and starts the committers. Close stops them.
func New(ctx context.Context, store *Store, hub *Hub, people People, nodes Nodes, cfg Config, log *zap.Logger) (*Chat, error) {
	epoch, err := store.Epoch(ctx)
	if err != nil {
		return nil, err
	}
	c := &Chat{store: store, hub: hub, people: people, cfg: cfg, access: newAccess(store), epoch: epoch, now: time.Now, log: log}
	if n := cfg.MessagesPerSecond; n > 0 {
		c.rate = util.NewLimiter(3*n, time.Second/time.Duration(n), maxRated, nil)
	}
	if err := c.join(ctx, nodes, log); err != nil {
		return nil, err
	}
	repairs, stop := context.WithCancel(context.Background())
	c.stopRepairs = stop
	for range committersFor(store) {
		d := newDeliverer(store, hub, c.outward, log)
		k := &committer{store: store, deliver: d, queue: make(chan *send, queueLength), limits: cfg, now: c.now, log: log}
		c.committers = append(c.committers, k)
		c.committing.Go(k.run)
		c.delivering.Go(func() { d.run(repairs) })
	}
	c.start()
	return c, nil
}

// committersFor returns how many transactions may run at once: SQLite has one
// writer, and a database server gains nothing past a few.
func committersFor(store *Store) int {
	if store.sqlite {
		return 1
	}
	return max(2, min(4, runtime.GOMAXPROCS(0)))
}

// Close refuses new sends, finishes the queued ones and their deliveries.
func (c *Chat) Close() {
	c.closing.Lock()
	c.closed = true
	for _, k := range c.committers {
		close(k.queue)
	}
	c.closing.Unlock()
	c.committing.Wait()
	c.stopRepairs()
	for _, k := range c.committers {
		close(k.deliver.work)
	}
	c.delivering.Wait()
	c.stop()
	c.stopped.Wait()
}

// queue hands a send to its conversation's committer. When it returns an error
// the send's done is never called.
func (c *Chat) queue(one *send) error {
	one.msg.ConversationID = one.conversation
	one.msg.PayloadHash = one.msg.Draft.PayloadHash()
	one.msg.CRC = one.msg.Draft.CRC()
	one.queued = c.now()
	c.closing.RLock()
	defer c.closing.RUnlock()
	if c.closed {
		return model.Errorf(model.Unavailable, "the server is restarting, retry")
	}
	select {
	case c.committerOf(one.conversation).queue <- one:
		return nil
	default:
		return ErrBusy
	}
}

func (c *Chat) committerOf(conversation int64) *committer {
	return c.committers[conversation%int64(len(c.committers))]
}

// wait queues a send and waits for its outcome.
func (c *Chat) wait(ctx context.Context, one *send) (model.Message, error) {
	type result struct {
		m   *model.Message
		err error
	}
	answer := make(chan result, 1)
	one.done = func(m *model.Message, err error) { answer <- result{m, err} }
	if err := c.queue(one); err != nil {
		return model.Message{}, err
	}
	select {
	case r := <-answer:
		if r.err != nil {
			return model.Message{}, r.err
		}
		return *r.m, nil
	case <-ctx.Done():
		return model.Message{}, ctx.Err() // it may still be stored; the msgid tells
	}
}
