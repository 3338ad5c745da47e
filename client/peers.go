// Package client tells the other nodes what their sessions should know.
package client

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ginchat/model"

	"go.uber.org/zap"
	"google.golang.org/grpc/credentials"
)

// Config is how this node reaches the others.
type Config struct {
	// Transport and Secret are how nodes prove themselves to each other.
	Transport credentials.TransportCredentials
	Secret    string
	// Dial gives another address for a node's name, where the name cannot be dialled.
	Dial map[string]string
}

// Peers are the other nodes, each reached by one long-lived stream.
type Peers struct {
	cfg  Config
	log  *zap.Logger
	done sync.WaitGroup

	mu    sync.Mutex
	links map[string]*link // by the node's name

	forwarded, dropped atomic.Int64
}

// New returns Peers that know no node yet.
func New(cfg Config, log *zap.Logger) *Peers {
	return &Peers{cfg: cfg, log: log, links: map[string]*link{}}
}

// Connect keeps links to exactly these nodes; it does not wait for any.
func (p *Peers) Connect(names []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, l := range p.links {
		if !slices.Contains(names, name) {
			l.stop()
			delete(p.links, name)
		}
	}
	for _, name := range names {
		if p.links[name] != nil {
			continue
		}
		address := name
		if instead, ok := p.cfg.Dial[name]; ok {
			address = instead
		}
		ctx, stop := context.WithCancel(context.Background())
		l, err := newLink(name, address, p.cfg, stop, p.log)
		if err != nil {
			p.log.Error("node cannot be dialled", zap.String("peer", name), zap.Error(err))
			stop()
			continue
		}
		p.links[name] = l
		p.done.Go(func() { l.run(ctx) })
	}
}

// closeWithin is how long Close waits for what is queued.
const closeWithin = time.Second

// Close ends all links, after what is queued was sent where the other node takes
// it in. The rest is dropped: it is in the log.
func (p *Peers) Close() {
	for deadline := time.Now().Add(closeWithin); p.sending() && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	p.Connect(nil)
	p.done.Wait()
}

// sending reports whether a link that is up has something to send.
func (p *Peers) sending() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.links {
		if l.connected.Load() && l.pending() {
			return true
		}
	}
	return false
}

// Send queues a batch for one node. It never blocks; for a node that is too slow
// or away the batch is dropped, and the entries are found in the log.
func (p *Peers) Send(name string, batch *model.Batch) {
	p.mu.Lock()
	l := p.links[name]
	p.mu.Unlock()
	if l == nil || !l.push(batch) {
		p.dropped.Add(int64(len(batch.Entries)))
		return
	}
	p.forwarded.Add(int64(len(batch.Entries)))
}

// Names returns the nodes there are links to.
func (p *Peers) Names() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.links))
}

// Connected reports, by node, whether the link is up.
func (p *Peers) Connected() map[string]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	states := make(map[string]bool, len(p.links))
	for name, l := range p.links {
		states[name] = l.connected.Load()
	}
	return states
}

// Metrics are what the links have done.
func (p *Peers) Metrics() []model.Metric {
	return []model.Metric{
		{Name: "ginchat_entries_forwarded_total", Help: "Entries queued for other nodes, once per node.", Counter: true, Value: p.forwarded.Load},
		{Name: "ginchat_forwards_dropped_total", Help: "Entries not queued because the other node was away or too slow.", Counter: true, Value: p.dropped.Load},
		{Name: "ginchat_peers_connected", Help: "Other nodes this one has a link to that is up.", Value: func() (up int64) {
			for _, connected := range p.Connected() {
				if connected {
					up++
				}
			}
			return up
		}},
	}
}
