package chat

import (
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ginchat/common"
	"ginchat/db_conn"
	"ginchat/test/services"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

// redisNodes returns the directories of two nodes on one Redis, and a client of it.
func redisNodes(t *testing.T) (a, b *Redis, client redis.UniversalClient) {
	t.Helper()
	host, port, err := net.SplitHostPort(services.Redis(t))
	must(t, err)
	number, err := strconv.Atoi(port)
	must(t, err)
	client = db_conn.OpenRedis(common.Redis{IP: host, Port: number}, zap.NewNop())
	t.Cleanup(func() { _ = client.Close() })
	a = NewRedis(client, "10.0.0.1:80", NewBoot(time.Now()), "secret")
	b = NewRedis(client, "10.0.0.2:80", NewBoot(time.Now()), "secret")
	beats(t, a)
	beats(t, b, "10.0.0.1:80")
	beats(t, a, "10.0.0.2:80")
	return a, b, client
}

// beats makes a node say that it lives; it must learn of these others.
func beats(t *testing.T, r *Redis, want ...string) (fresh bool) {
	t.Helper()
	others, fresh, err := r.Beat(t.Context())
	must(t, err)
	if slices.Sort(others); !slices.Equal(others, want) {
		t.Fatalf("%s knows of %q, want %q", r.self.name, others, want)
	}
	return fresh
}

func holders(t *testing.T, r *Redis, keys ...Key) [][]string {
	t.Helper()
	held, err := r.Holders(t.Context(), keys)
	must(t, err)
	return held
}

func TestDirectoryTellsWhoHoldsWhat(t *testing.T) {
	a, b, _ := redisNodes(t)
	ctx := t.Context()
	user, club := userKey(1), communityKey(1)
	elsewhere, err := a.Put(ctx, []Key{user, club})
	if err != nil || elsewhere[0] || elsewhere[1] {
		t.Errorf("put: elsewhere %v, %v", elsewhere, err)
	}
	if held := holders(t, b, user, userKey(2), club); len(held[0]) != 1 || held[0][0] != a.self.name || held[1] != nil || len(held[2]) != 1 {
		t.Errorf("held by %v", held)
	}
	if held := holders(t, a, user); held[0] != nil {
		t.Errorf("to itself a node is held by %v", held)
	}
	if elsewhere, err = b.Put(ctx, []Key{user}); err != nil || !elsewhere[0] {
		t.Errorf("put where another one is: elsewhere %v, %v", elsewhere, err)
	}
	if elsewhere, err = a.Drop(ctx, []Key{user, club}); err != nil || !elsewhere[0] || elsewhere[1] {
		t.Errorf("drop: elsewhere %v, %v", elsewhere, err)
	}
	if held := holders(t, b, user, club); held[0] != nil || held[1] != nil {
		t.Errorf("after the drop held by %v", held)
	}
}

// What a dead node held is nobody's, and is handed out once, after a while.
func TestDirectoryOfADeadNode(t *testing.T) {
	a, b, client := redisNodes(t)
	ctx := t.Context()
	must2 := func(_ []bool, err error) { t.Helper(); must(t, err) }
	must2(b.Put(ctx, []Key{userKey(1), userKey(2), communityKey(3)}))
	must2(a.Put(ctx, []Key{userKey(2)}))
	must(t, client.ZRem(ctx, nodesKey, b.self.record("secret")).Err()) // as after 15 s without a beat
	beats(t, a)
	if held := holders(t, a, userKey(1)); held[0] != nil {
		t.Errorf("a dead node holds: %v", held)
	}
	if keys, _, ok, err := a.Orphans(ctx); ok || err != nil {
		t.Errorf("orphans at once: %v, %v", keys, err)
	}
	a.dead[b.self.boot] = 0 // its users had their time
	keys, since, ok, err := a.Orphans(ctx)
	slices.SortFunc(keys, func(x, y Key) int { return strings.Compare(x.String(), y.String()) })
	if err != nil || !ok || !slices.Equal(keys, []Key{communityKey(3), userKey(1)}) || since == 0 {
		t.Errorf("orphans %v since %d, %v, %v; want the two that nobody else holds", keys, since, ok, err)
	}
	if keys, _, _, err := a.Orphans(ctx); len(keys) != 0 || err != nil {
		t.Errorf("orphans once more: %v, %v", keys, err)
	}
	if fields := client.HKeys(ctx, directoryKey(userKey(2))).Val(); !slices.Equal(fields, []string{a.self.boot}) {
		t.Errorf("left in the directory: %q", fields)
	}
	if !beats(t, b, a.self.name) {
		t.Error("a node that was taken for dead is not told to put everything again")
	}
}

// A node that starts again is another boot; what the former one held counts no more.
func TestDirectoryOfARestartedNode(t *testing.T) {
	a, b, client := redisNodes(t)
	if _, err := b.Put(t.Context(), []Key{userKey(1)}); err != nil {
		t.Fatal(err)
	}
	again := NewRedis(client, b.self.name, NewBoot(time.Now().Add(time.Millisecond)), "secret")
	beats(t, again, a.self.name)
	beats(t, a, b.self.name)
	if held := holders(t, a, userKey(1)); held[0] != nil {
		t.Errorf("held by a boot that is over: %v", held)
	}
	if _, _, err := b.Beat(t.Context()); !errors.Is(err, errTwin) || b.Up() {
		t.Errorf("the former one's beat: %v, up %v", err, b.Up())
	}
	must(t, again.Leave(t.Context()))
	must(t, client.ZRem(t.Context(), nodesKey, b.self.record("secret")).Err())
	beats(t, a)
}

// Long dead boots are cleared away when a key is put again, young unknown ones are not.
func TestDirectoryForgetsOldBoots(t *testing.T) {
	a, _, client := redisNodes(t)
	old, young := NewBoot(time.Now().Add(-time.Hour)), NewBoot(time.Now())
	key := directoryKey(userKey(1))
	must(t, client.HSet(t.Context(), key, old, 1, young, 1).Err())
	if elsewhere, err := a.Put(t.Context(), []Key{userKey(1)}); err != nil || elsewhere[0] {
		t.Errorf("put: %v, %v", elsewhere, err)
	}
	fields := client.HKeys(t.Context(), key).Val()
	if slices.Contains(fields, old) || !slices.Contains(fields, young) || !slices.Contains(fields, a.self.boot) {
		t.Errorf("left: %q", fields)
	}
}

// Whoever can write to Redis can slow things down, and that is all.
func TestDirectoryIgnoresGarbage(t *testing.T) {
	a, _, client := redisNodes(t)
	ctx := t.Context()
	stranger := node{name: "10.9.9.9:80", boot: NewBoot(time.Now())}
	for _, record := range []string{
		stranger.record("another secret"), "10.9.9.9:80 boot", "", "\x00\xff", strings.Repeat("x ", 100_000),
		strings.Replace(stranger.record("secret"), "10.9.9.9", "10.9.9.8", 1), "no-port boot " + node{name: "no-port", boot: "boot"}.signature("secret"),
	} {
		must(t, client.ZAdd(ctx, nodesKey, redis.Z{Score: 9e15, Member: record}).Err())
	}
	beats(t, a, "10.0.0.2:80")
	must(t, client.Set(ctx, directoryKey(userKey(1)), "not a hash", 0).Err())
	must(t, client.HSet(ctx, directoryKey(userKey(2)), "field", "x", stranger.boot, "y").Err())
	if held := holders(t, a, userKey(1), userKey(2)); held[0] != nil || held[1] != nil {
		t.Errorf("held by %v", held)
	}
	if _, err := a.Put(ctx, []Key{userKey(1)}); err != nil || !a.Up() {
		t.Errorf("put over garbage: %v", err)
	}
	must(t, client.Del(ctx, nodesKey).Err())
	must(t, client.Set(ctx, nodesKey, "not a set", 0).Err())
	if _, _, err := a.Beat(ctx); err != nil {
		beats(t, a) // the second one finds it mended
	}
}

func TestDirectoryAway(t *testing.T) {
	a, _, client := redisNodes(t)
	must(t, client.FlushAll(t.Context()).Err())
	if !beats(t, a) {
		t.Error("an empty registry does not make the node put everything again")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Holders(ended, []Key{userKey(1)}); err == nil || !a.Up() {
		t.Errorf("asked by somebody who went away: %v, up %v", err, a.Up())
	}
	must(t, client.Close())
	if _, err := a.Holders(t.Context(), []Key{userKey(1)}); !errors.Is(err, errAway) || a.Up() {
		t.Errorf("asked without Redis: %v, up %v", err, a.Up())
	}
	none := NewRedis(nil, "10.0.0.1:80", "boot", "secret")
	if _, _, err := none.Beat(t.Context()); !errors.Is(err, errAway) {
		t.Errorf("beat without a Redis: %v", err)
	}
}
