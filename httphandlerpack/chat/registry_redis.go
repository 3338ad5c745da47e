package chat

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"ginchat/model"

	"github.com/redis/go-redis/v9"
)

const (
	nodesKey = "ginchat:nodes"
	// nodeLife is how long a node counts as alive after its last beat.
	nodeLife = 15 * time.Second
	// maxNodes bounds what one node believes of the registry, whoever wrote it.
	maxNodes = 1024
)

// beat records this node's sign of life and returns whether it was known, and who
// is known now. Redis's own clock decides, so that nodes' clocks do not matter.
const beat = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
return {known and 1 or 0, now, unpack(redis.call('ZREVRANGE', KEYS[1], 0, ARGV[3], 'WITHSCORES'))}`

// NewBoot returns a boot id: a name of one run of a node that sorts by its start.
func NewBoot(now time.Time) string {
	var random [8]byte
	rand.Read(random[:]) // never fails: crypto/rand ends the process rather than that
	return bootPrefix(now) + hex.EncodeToString(random[:])
}

func bootPrefix(start time.Time) string { return fmt.Sprintf("%012x", start.UnixMilli()) }

// node is one line of the registry.
type node struct {
	name, boot string
	beat       model.Millis // its last one, by Redis's clock
}

// record is the line as Redis keeps it. The signature keeps others who can write
// to Redis from having nodes dial addresses of theirs.
func (n node) record(secret string) string {
	return n.name + " " + n.boot + " " + n.signature(secret)
}

func (n node) signature(secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("ginchat node " + n.name + " " + n.boot))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// parseNode reads a line, if a node with the secret wrote it.
func parseNode(record, secret string) (node, bool) {
	parts := strings.Split(record, " ")
	if len(record) > 512 || len(parts) != 3 {
		return node{}, false
	}
	n := node{name: parts[0], boot: parts[1]}
	if _, _, err := net.SplitHostPort(n.name); err != nil {
		return node{}, false
	}
	return n, hmac.Equal([]byte(parts[2]), []byte(n.signature(secret)))
}

// Beat implements Registry. It is what finds out that Redis is back.
func (r *Redis) Beat(ctx context.Context) (others []string, fresh bool, err error) {
	if r.client == nil {
		return nil, false, errAway
	}
	ctx, cancel := context.WithTimeout(ctx, redisWithin)
	defer cancel()
	answer, err := r.beat.Run(ctx, r.client, []string{nodesKey}, r.self.record(r.secret), nodeLife.Milliseconds(), maxNodes).Slice()
	if err != nil || len(answer) < 2 {
		r.up.Store(false)
		if isGarbage(err) {
			err = r.client.Del(ctx, nodesKey).Err()
		}
		return nil, false, fmt.Errorf("%w: %w", errAway, err)
	}
	known, _ := answer[0].(int64)
	now, _ := answer[1].(int64)
	view := map[string]node{} // by name, the newest boot of each
	for i := 2; i+1 < len(answer); i += 2 {
		record, _ := answer[i].(string)
		n, ok := parseNode(record, r.secret)
		if !ok || view[n.name].boot > n.boot {
			continue
		}
		at, _ := answer[i+1].(string)
		ms, _ := strconv.ParseFloat(at, 64)
		n.beat = model.Millis(ms)
		view[n.name] = n
	}
	if view[r.self.name].boot > r.self.boot {
		r.up.Store(false)
		return nil, false, fmt.Errorf("%w: %s", errTwin, r.self.name)
	}
	delete(view, r.self.name)
	others = r.learn(view, model.Millis(now))
	r.up.Store(true)
	return others, known == 0, nil
}

// learn takes in who lives now; who does not any more becomes an orphanage.
func (r *Redis) learn(view map[string]node, now model.Millis) (others []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	alive := make(map[string]string, len(view))
	for name, n := range view {
		alive[n.boot] = name
		r.seen[n.boot] = n.beat
		delete(r.dead, n.boot)
		others = append(others, name)
	}
	for boot := range r.alive {
		if alive[boot] == "" {
			r.dead[boot] = now + model.Millis(grace.Milliseconds())
		}
	}
	r.alive, r.now = alive, now
	return others
}

// Orphans implements Registry: it hands out what dead nodes held, in portions.
// A dead node's users have some seconds to come back elsewhere first.
func (r *Redis) Orphans(ctx context.Context) ([]Key, model.Millis, bool, error) {
	boot, since := r.nextDead()
	if boot == "" {
		return nil, 0, false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, redisWithin)
	defer cancel()
	members, err := r.client.SPopN(ctx, heldKey(boot), portion).Result()
	if err != nil {
		return nil, 0, false, fmt.Errorf("%w: %w", errAway, err)
	}
	if len(members) == 0 {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.dead, boot)
		delete(r.seen, boot)
		return nil, 0, true, nil // there may be another one
	}
	var keys []Key
	for _, member := range members {
		if key, ok := parseKey(member); ok {
			keys = append(keys, key)
		}
	}
	held, err := r.ask(ctx, keys, func(pipe redis.Pipeliner, key Key) { pipe.HDel(ctx, directoryKey(key), boot) })
	if err != nil {
		return nil, 0, false, err
	}
	orphans := keys[:0]
	for i, key := range keys {
		if !held[i].here && len(held[i].others) == 0 {
			orphans = append(orphans, key)
		}
	}
	return orphans, since, true, nil
}

// Leave implements Registry.
func (r *Redis) Leave(ctx context.Context) error {
	if r.client == nil || !r.up.Load() {
		return errAway
	}
	return r.client.ZRem(ctx, nodesKey, r.self.record(r.secret)).Err()
}

// nextDead returns a dead node whose users had time to come back, and its last beat.
func (r *Redis) nextDead() (string, model.Millis) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for boot, from := range r.dead {
		if r.now >= from {
			return boot, r.seen[boot]
		}
	}
	return "", 0
}
