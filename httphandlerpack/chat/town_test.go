package chat

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ginchat/model"

	"go.uber.org/zap"
	"gorm.io/gorm"
)

// town is several nodes in one process: they share a database and a directory,
// and what one sends to another can be cut.
type town struct {
	*world
	nodes map[string]*house
	cut   atomic.Bool
	away  atomic.Bool  // the directory is
	sent  atomic.Int64 // messages, once per node they were sent to
	lost  atomic.Int64 // entries that went into a cut

	mu    sync.Mutex
	holds map[Key]map[string]bool
}

// house is one node of the town: its own view of the directory, and its links.
type house struct {
	*world
	town *town
	name string
}

func (h *house) Put(_ context.Context, keys []Key) ([]bool, error)  { return h.set(keys, true) }
func (h *house) Drop(_ context.Context, keys []Key) ([]bool, error) { return h.set(keys, false) }

func (h *house) set(keys []Key, held bool) ([]bool, error) {
	if h.town.away.Load() {
		return nil, errAway
	}
	h.town.mu.Lock()
	for _, key := range keys {
		if h.town.holds[key] == nil {
			h.town.holds[key] = map[string]bool{}
		}
		h.town.holds[key][h.name] = held
	}
	h.town.mu.Unlock()
	names, err := h.Holders(context.Background(), keys)
	elsewhere := make([]bool, len(keys))
	for i := range names {
		elsewhere[i] = len(names[i]) > 0
	}
	return elsewhere, err
}

func (h *house) Holders(_ context.Context, keys []Key) ([][]string, error) {
	if h.town.away.Load() {
		return nil, errAway
	}
	h.town.mu.Lock()
	defer h.town.mu.Unlock()
	names := make([][]string, len(keys))
	for i, key := range keys {
		for name, held := range h.town.holds[key] {
			if held && name != h.name {
				names[i] = append(names[i], name)
			}
		}
	}
	return names, nil
}

func (h *house) Beat(context.Context) ([]string, bool, error) {
	if h.town.away.Load() {
		return nil, false, errAway
	}
	return h.Names(), false, nil
}

func (h *house) Orphans(context.Context) ([]Key, model.Millis, bool, error) {
	return nil, 0, false, nil
}
func (h *house) Leave(context.Context) error { return nil }
func (h *house) Connect([]string)            {}

func (h *house) Names() []string {
	var names []string
	for name := range h.town.nodes {
		if name != h.name {
			names = append(names, name)
		}
	}
	return names
}

func (h *house) Send(name string, batch *model.Batch) {
	for _, e := range batch.Entries {
		if e.Op == "" {
			h.town.sent.Add(1)
		}
	}
	if h.town.cut.Load() {
		h.town.lost.Add(int64(len(batch.Entries)))
		return
	}
	_ = h.town.nodes[name].Receive(batch) // a node that ends
}

// eachTown runs f on nodes "a" and "b" on each kind of database.
func eachTown(t *testing.T, users int, f func(t *testing.T, a, b *house, town *town)) {
	t.Helper()
	t.Parallel() // they wait most of the time
	eachDatabase(t, users, func(t *testing.T, w *world) {
		town := &town{world: w, nodes: map[string]*house{}, holds: map[Key]map[string]bool{}}
		for _, name := range []string{"a", "b"} {
			town.nodes[name] = &house{town: town, name: name}
		}
		for _, h := range town.nodes {
			h.world = newNode(t, w.db, h, h.name)
		}
		for user := range users {
			must(t, w.db.Create(&model.Login{ID: int64(user + 1), UserID: int64(user + 1), TokenHash: fmt.Appendf(nil, "%032d", user+1),
				ExpiresAt: model.MillisOf(time.Now().Add(time.Hour))}).Error)
		}
		t.Parallel()
		f(t, town.nodes["a"], town.nodes["b"], town)
	})
}

func newNode(t *testing.T, db *gorm.DB, h *house, boot string) *world {
	t.Helper()
	store := NewStore(db, boot)
	hub := NewHub(store, plainEncoder{}, 0)
	c, err := New(context.Background(), store, hub, people{db}, Nodes{Directory: h, Registry: h, Peers: h},
		Config{TextBytes: 8192, CommunityMembers: 10, CommunitiesOwned: 5}, zap.NewNop())
	must(t, err)
	t.Cleanup(c.Close)
	return &world{t: t, db: db, hub: hub, Chat: c, log: zap.NewNop()}
}

// settle waits until the directory knows what the node holds.
func (h *house) settle(keys ...Key) {
	h.t.Helper()
	other := h.town.nodes[h.Names()[0]]
	h.await("the directory", func() bool {
		held, err := other.Holders(context.Background(), keys)
		return err == nil && !slices.ContainsFunc(held, func(names []string) bool { return len(names) == 0 })
	})
}

func (w *world) await(what string, done func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited in vain for %s", what)
		}
	}
}
