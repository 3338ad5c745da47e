package chat

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ginchat/model"

	"github.com/redis/go-redis/v9"
)

const (
	// redisWithin bounds a round trip.
	redisWithin = 300 * time.Millisecond
	// portion is how many keys one round trip carries.
	portion = 500
	// keyLife lets a key vanish that no node renews, see renewAfter.
	keyLife = 5 * time.Minute
	// heldLife is for the set that tells what a node held.
	heldLife = 24 * time.Hour
)

// Redis is the directory and registry of several nodes. Under each user's and
// community's key there is a hash whose fields are the boot ids of the nodes that
// hold it; what a dead boot has left there counts for nothing. Each boot has a set
// of what it holds, for others to clear up after it.
//
// After a failure nothing is asked until a Beat succeeds, so that a Redis that
// hangs delays one batch and not all.
type Redis struct {
	client redis.UniversalClient // nil: there is none, and it is always away
	self   node
	secret string
	beat   *redis.Script
	up     atomic.Bool

	mu    sync.Mutex
	alive map[string]string       // other nodes' boot ids → name
	seen  map[string]model.Millis // last beats
	dead  map[string]model.Millis // boot ids → when to clear up after them
	now   model.Millis            // by Redis's clock, at the last beat
}

// NewRedis returns the directory of the node called name. client may be nil, which
// is a Redis that is always away.
func NewRedis(client redis.UniversalClient, name, boot, secret string) *Redis {
	return &Redis{client: client, self: node{name: name, boot: boot}, secret: secret, beat: redis.NewScript(beat),
		alive: map[string]string{}, seen: map[string]model.Millis{}, dead: map[string]model.Millis{}}
}

// Metrics are what can be told of Redis.
func (r *Redis) Metrics() []model.Metric {
	return []model.Metric{{Name: "ginchat_redis_up", Help: "1 when Redis answered last time.", Value: func() int64 {
		if r.Up() {
			return 1
		}
		return 0
	}}}
}

// Up reports whether Redis answered last time.
func (r *Redis) Up() bool { return r.up.Load() }

func directoryKey(key Key) string { return "ginchat:" + key.String() }
func heldKey(boot string) string  { return "ginchat:held:" + boot }

// elsewhere reports for each key whether another node holds it.
func elsewhere(holders []holder) []bool {
	held := make([]bool, len(holders))
	for i := range holders {
		held[i] = len(holders[i].others) > 0
	}
	return held
}

// Put implements Directory. Fields of boots that are dead for long go on the way.
func (r *Redis) Put(ctx context.Context, keys []Key) ([]bool, error) {
	holders, err := r.ask(ctx, keys, func(pipe redis.Pipeliner, key Key) {
		pipe.HSet(ctx, directoryKey(key), r.self.boot, 1)
		pipe.Expire(ctx, directoryKey(key), keyLife)
		pipe.SAdd(ctx, heldKey(r.self.boot), key.String())
	})
	if err != nil {
		return nil, err
	}
	stale := r.client.Pipeline()
	for i, h := range holders {
		if len(h.stale) > 0 {
			stale.HDel(ctx, directoryKey(keys[i]), h.stale...)
		}
	}
	if stale.Len() > 0 {
		if err := r.exec(ctx, stale); err != nil {
			return nil, err
		}
	}
	return elsewhere(holders), nil
}

// Drop implements Directory.
func (r *Redis) Drop(ctx context.Context, keys []Key) ([]bool, error) {
	holders, err := r.ask(ctx, keys, func(pipe redis.Pipeliner, key Key) {
		pipe.HDel(ctx, directoryKey(key), r.self.boot)
		pipe.SRem(ctx, heldKey(r.self.boot), key.String())
	})
	return elsewhere(holders), err
}

// Holders implements Directory.
func (r *Redis) Holders(ctx context.Context, keys []Key) ([][]string, error) {
	holders, err := r.ask(ctx, keys, nil)
	if err != nil {
		return nil, err
	}
	names := make([][]string, len(holders))
	for i := range holders {
		names[i] = holders[i].others
	}
	return names, nil
}

// holder is who holds a key.
type holder struct {
	here   bool
	others []string // names of live nodes
	stale  []string // boot ids that are long dead
}

// ask runs change, if any, and then looks up who holds each key, all in as few
// round trips as portions.
func (r *Redis) ask(ctx context.Context, keys []Key, change func(redis.Pipeliner, Key)) ([]holder, error) {
	all := make([]holder, 0, len(keys))
	for len(all) < len(keys) {
		some := keys[len(all):min(len(all)+portion, len(keys))]
		if r.client == nil || !r.up.Load() {
			return nil, errAway
		}
		pipe := r.client.Pipeline()
		fields := make([]*redis.StringSliceCmd, len(some))
		for i, key := range some {
			if change != nil {
				change(pipe, key)
			}
			fields[i] = pipe.HKeys(ctx, directoryKey(key))
		}
		if change != nil {
			pipe.Expire(ctx, heldKey(r.self.boot), heldLife)
		}
		if err := r.exec(ctx, pipe); err != nil {
			return nil, err
		}
		all = append(all, r.holders(fields)...)
	}
	return all, nil
}

// exec runs a pipeline. A key that somebody has put something else under is not
// Redis's end: it is deleted, and its next renewal mends it.
func (r *Redis) exec(ctx context.Context, pipe redis.Pipeliner) error {
	within, cancel := context.WithTimeout(ctx, redisWithin)
	defer cancel()
	commands, err := pipe.Exec(within)
	for _, command := range commands {
		if isGarbage(command.Err()) {
			err = r.client.Del(within, fmt.Sprint(command.Args()[1])).Err()
		}
	}
	for _, command := range commands {
		if failed := command.Err(); failed != nil && !isGarbage(failed) {
			err = failed
		}
	}
	if err == nil {
		return nil
	}
	if ctx.Err() == nil { // else it is the caller who went away
		r.up.Store(false)
	}
	return fmt.Errorf("%w: %w", errAway, err)
}

// isGarbage reports whether a key holds what nothing here has put there.
func isGarbage(err error) bool { return err != nil && strings.HasPrefix(err.Error(), "WRONGTYPE") }

func (r *Redis) holders(fields []*redis.StringSliceCmd) []holder {
	r.mu.Lock()
	defer r.mu.Unlock()
	young := bootPrefix((r.now - model.Millis(time.Minute.Milliseconds())).Time())
	holders := make([]holder, len(fields))
	for i := range fields {
		h := &holders[i]
		for _, boot := range fields[i].Val() {
			name := r.alive[boot]
			switch {
			case boot == r.self.boot:
				h.here = true
			case name != "":
				h.others = append(h.others, name)
			case boot < young:
				h.stale = append(h.stale, boot)
			}
		}
	}
	return holders
}
