package chat

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ginchat/model"
)

// Frame is one encoded WebSocket frame, shared by all sessions that get it. It
// is never changed once made.
type Frame struct {
	Bytes []byte
	// Counted frames are acked by number, see cmd 0 in docs/protocol.md.
	Counted bool
	// Conversation and Seq say which entry the frame carries; 0 for none.
	Conversation, Seq int64
}

// Outbox takes what a session is to be told.
type Outbox interface {
	// Push queues a frame. It never blocks; an outbox that is full ends its session.
	Push(*Frame)
	// End closes the session. Nothing the client sends from now on has an effect.
	End(Reason)
}

// Session is one live WebSocket of one device, in memory on one node.
type Session struct {
	UserID  int64
	LoginID int64
	Outbox  Outbox
}

// Reason is why the server ends a session; its value is the close code.
type Reason int

// Reasons, see docs/protocol.md. 4500 and up mean: do not come back.
const (
	Restarting     Reason = 1012
	TooSlow        Reason = 4001
	NoHeartbeat    Reason = 4002
	LoginEnded     Reason = 4501
	Disabled       Reason = 4502
	TooManySockets Reason = 4503
	Abuse          Reason = 4504
)

// Encoder makes frames; the wire format is the handlers' business.
type Encoder interface {
	Entry(m *model.Message, p model.Parties) *Frame
	Read(of model.Address, reader, seq int64) *Frame
	Changed(about model.Address) *Frame
	Presence(user int64, online int, at model.Millis) *Frame
}

const (
	hubShards = 64
	// endedFor is how long an ended login is remembered, so that a socket which
	// was authenticated just before cannot slip in after.
	endedFor = time.Minute
)

// Hub knows the sessions of this node and which conversations they follow.
//
//  1. A shard's lock guards its maps only, and MUST NOT be held across a
//     socket, Redis, database or gRPC call. Pushing under it is fine: Push
//     MUST NOT block.
//  2. Locks are taken in the order user shard, online.mu, audience shard.
//  3. A session MUST be detached exactly once, by who attached it; Detach of one
//     session never touches another of the same user.
//  4. A user's communities are loaded while changes go on; online.changes
//     grows with each, and a load that saw it grow MUST read again.
type Hub struct {
	encode     Encoder
	placesOf   func(ctx context.Context, user int64) ([]followed, error)
	maxSockets int
	// What Chat hangs in before the first session. None of them blocks.
	moved   func(Key)          // what this node holds has changed
	seed    func([]followed)   // somebody begins to follow these
	outward func(*model.Batch) // tells other nodes
	notice  func(model.Notice) // tells other nodes to have a page load something again

	users     [hubShards]userShard
	audiences [hubShards]audienceShard
	ended     sync.Map // login id → time.Time
	encoded   atomic.Int64
	pushed    atomic.Int64
	repaired  atomic.Int64
}

type userShard struct {
	mu    sync.RWMutex
	users map[int64]*online
}

type audienceShard struct {
	mu        sync.RWMutex
	audiences map[int64]map[int64]*online // community → user
}

// online is a user with at least one session, or one about to open.
type online struct {
	user     int64
	refs     int // guarded by the user shard
	sessions atomic.Pointer[[]*Session]
	ready    atomic.Bool // what the user follows is known

	mu      sync.Mutex
	gone    bool
	loaded  bool
	changes int
	follows map[int64]struct{} // communities
}

// NewHub returns a Hub that asks store for users' communities and allows
// maxSockets sessions a user; 0 means any number.
func NewHub(store *Store, encode Encoder, maxSockets int) *Hub {
	h := &Hub{encode: encode, placesOf: store.Follows, maxSockets: maxSockets,
		moved: func(Key) {}, seed: func([]followed) {}, outward: func(*model.Batch) {}, notice: func(model.Notice) {}}
	for i := range hubShards {
		h.users[i].users = map[int64]*online{}
		h.audiences[i].audiences = map[int64]map[int64]*online{}
	}
	return h
}

// Enter makes the user's conversations follow-able before a session opens.
// Each successful Enter needs one Leave.
func (h *Hub) Enter(ctx context.Context, user int64) error {
	shard := &h.users[user%hubShards]
	shard.mu.Lock()
	o := shard.users[user]
	if o == nil {
		o = &online{user: user, follows: map[int64]struct{}{}}
		o.sessions.Store(&[]*Session{})
		shard.users[user] = o
	}
	o.refs++
	shard.mu.Unlock()
	if err := h.load(ctx, o); err != nil {
		h.Leave(user)
		return err
	}
	return nil
}

// load subscribes o to the user's communities, once.
func (h *Hub) load(ctx context.Context, o *online) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for !o.loaded {
		seen := o.changes
		o.mu.Unlock()
		follows, err := h.placesOf(ctx, o.user)
		if err == nil {
			h.seed(follows)
		}
		o.mu.Lock()
		if err != nil {
			return err
		}
		if o.changes != seen {
			continue
		}
		for _, f := range follows {
			if f.parties.Community != 0 {
				h.subscribe(o, f.parties.Community)
			}
		}
		o.loaded = true
		o.ready.Store(true)
	}
	return nil
}

// Leave undoes one Enter.
func (h *Hub) Leave(user int64) {
	shard := &h.users[user%hubShards]
	shard.mu.Lock()
	o := shard.users[user]
	o.refs--
	last := o.refs == 0
	if last {
		delete(shard.users, user)
	}
	shard.mu.Unlock()
	if !last {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gone = true
	for id := range o.follows {
		h.unsubscribe(o, id)
	}
}

// Attach adds a session of a user who has entered; false with a reason when it
// must be closed instead.
func (h *Hub) Attach(s *Session) (Reason, bool) {
	shard := &h.users[s.UserID%hubShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	o := shard.users[s.UserID]
	sessions := *o.sessions.Load()
	if h.maxSockets > 0 && len(sessions) >= h.maxSockets {
		return TooManySockets, false
	}
	if _, ended := h.ended.Load(s.LoginID); ended {
		return LoginEnded, false
	}
	grown := append(slices.Clip(sessions), s) // deliveries may be reading the old one
	o.sessions.Store(&grown)
	if len(sessions) == 0 {
		h.moved(userKey(s.UserID))
	}
	return 0, true
}

// Detach removes a session that was attached.
func (h *Hub) Detach(s *Session) {
	shard := &h.users[s.UserID%hubShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	o := shard.users[s.UserID]
	rest := slices.DeleteFunc(slices.Clone(*o.sessions.Load()), func(other *Session) bool { return other == s })
	o.sessions.Store(&rest)
	if len(rest) == 0 {
		h.moved(userKey(s.UserID))
	}
}

// holds reports whether this node holds the key.
func (h *Hub) holds(key Key) bool {
	if key.Kind == model.KindPrivate {
		return len(h.sessions(key.ID)) > 0
	}
	return h.follows(model.Parties{Community: key.ID})
}

// EndLogins closes the sessions of logins that are no more, on all nodes.
func (h *Hub) EndLogins(user int64, logins ...int64) {
	h.endLogins(LoginEnded, user, logins...)
	batch := &model.Batch{}
	for _, id := range logins {
		batch.Ended = append(batch.Ended, model.EndedLogin{User: user, Login: id})
	}
	h.outward(batch)
}

// endLogins closes the sessions that such logins have on this node.
func (h *Hub) endLogins(why Reason, user int64, logins ...int64) {
	shard := &h.users[user%hubShards]
	shard.mu.Lock()
	now := time.Now()
	for _, id := range logins {
		h.ended.Store(id, now)
	}
	sessions := h.sessionsLocked(shard, user)
	shard.mu.Unlock()
	for _, s := range sessions {
		if slices.Contains(logins, s.LoginID) {
			s.Outbox.End(why)
		}
	}
	h.ended.Range(func(id, at any) bool {
		if now.Sub(at.(time.Time)) > endedFor {
			h.ended.Delete(id)
		}
		return true
	})
}

// EndAll closes every session of this node, with a pause after each.
func (h *Hub) EndAll(why Reason, pause time.Duration) {
	began, ended := time.Now(), 0
	for i := range h.users {
		shard := &h.users[i]
		shard.mu.RLock()
		var all []*Session
		for _, o := range shard.users {
			all = append(all, *o.sessions.Load()...)
		}
		shard.mu.RUnlock()
		for _, s := range all {
			s.Outbox.End(why)
			ended++ // sleeping is too coarse to do after each
			if ahead := time.Duration(ended)*pause - time.Since(began); ahead > 10*time.Millisecond {
				time.Sleep(ahead)
			}
		}
	}
}

// Count returns the number of sessions.
func (h *Hub) Count() (n int64) {
	for i := range h.users {
		shard := &h.users[i]
		shard.mu.RLock()
		for _, o := range shard.users {
			n += int64(len(*o.sessions.Load()))
		}
		shard.mu.RUnlock()
	}
	return n
}

// ContactChanged tells the user's sessions, on all nodes, to reload a contact or
// community.
func (h *Hub) ContactChanged(user int64, about model.Address) {
	h.push(user, h.encode.Changed(about))
	h.notice(model.Notice{User: user, About: about})
}

// everySession pushes a frame to all sessions of this node.
func (h *Hub) everySession(f *Frame) {
	for i := range h.users {
		shard := &h.users[i]
		shard.mu.RLock()
		for _, o := range shard.users {
			for _, s := range *o.sessions.Load() {
				s.Outbox.Push(f)
			}
		}
		shard.mu.RUnlock()
	}
}

func (h *Hub) push(user int64, f *Frame) {
	for _, s := range h.sessions(user) {
		s.Outbox.Push(f)
	}
}

func (h *Hub) sessions(user int64) []*Session {
	shard := &h.users[user%hubShards]
	shard.mu.RLock()
	defer shard.mu.RUnlock()
	return h.sessionsLocked(shard, user)
}

func (h *Hub) sessionsLocked(shard *userShard, user int64) []*Session {
	if o := shard.users[user]; o != nil {
		return *o.sessions.Load()
	}
	return nil
}
