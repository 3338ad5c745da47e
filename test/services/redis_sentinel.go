package services

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/redis/go-redis/v9"
)

// SentinelMaster is the name by which the Sentinels know their master.
const SentinelMaster = "ginchat"

// sentinels is how many there are, and two of them agree that a master is gone.
const sentinels = 3

// RedisSentinel is a private Redis master with a replica, and the Sentinels that
// watch over them.
type RedisSentinel struct {
	servers   []*RedisServer
	sentinels []string // their host:port
}

// StartRedisSentinel starts an empty Redis with a replica and three Sentinels,
// all t's own, and waits until they know each other. A master that is gone for a
// second is replaced.
func StartRedisSentinel(t testing.TB) *RedisSentinel {
	t.Helper()
	need(t, redisPackages, "redis-server")
	master := StartRedis(t)
	replica, err := onFreePort(func(port int) (*RedisServer, error) {
		return runRedis(port, "--replicaof", "127.0.0.1", strconv.Itoa(master.port))
	})
	if err != nil {
		t.Fatalf("start a replica of Redis: %v", err)
	}
	t.Cleanup(replica.Kill9)
	r := &RedisSentinel{servers: []*RedisServer{master, replica}}
	var watching []*process
	for range sentinels {
		addr, p, err := runSentinel(master.port)
		if err != nil {
			t.Fatalf("start a Redis Sentinel: %v", err)
		}
		t.Cleanup(p.kill)
		r.sentinels, watching = append(r.sentinels, addr), append(watching, p)
	}
	for i, p := range watching {
		if err := p.await("Redis Sentinel", func() error { return watches(r.sentinels[i]) }); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func runSentinel(master int) (addr string, p *process, err error) {
	program, err := installed(redisPackages, "redis-server")
	if err != nil {
		return "", nil, err
	}
	dir, err := newFolder("sentinel")
	if err != nil {
		return "", nil, err
	}
	file := filepath.Join(dir, "sentinel.conf") // a Sentinel writes what it learns into it
	p, err = onFreePort(func(port int) (*process, error) {
		addr = hostPort(port)
		text := fmt.Sprintf("port %d\nbind 127.0.0.1\ndir %s\nsentinel monitor %s 127.0.0.1 %d %d\n", port, dir, SentinelMaster, master, sentinels/2+1) +
			fmt.Sprintf("sentinel down-after-milliseconds %s 1000\nsentinel failover-timeout %[1]s 3000\n", SentinelMaster)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return nil, err
		}
		p, err := start(dir, program, file, "--sentinel")
		if err != nil {
			return nil, err
		}
		return p, p.await("Redis Sentinel", func() error { return listens(addr) })
	})
	return addr, p, err
}

// watches returns a fault while this Sentinel does not know the replica and the
// other Sentinels, without whom it cannot replace the master.
func watches(sentinel string) error {
	client := redis.NewSentinelClient(&redis.Options{Addr: sentinel})
	defer client.Close()
	state, err := client.Master(context.Background(), SentinelMaster).Result()
	if err != nil {
		return err
	}
	if state["num-slaves"] != "1" || state["num-other-sentinels"] != strconv.Itoa(sentinels-1) {
		return errors.New("the Sentinels do not know each other")
	}
	return nil
}

// Addrs returns host:port of the Sentinels.
func (r *RedisSentinel) Addrs() []string { return r.sentinels }

// Master returns host:port of the master, as the first Sentinel has it.
func (r *RedisSentinel) Master(t testing.TB) string {
	t.Helper()
	client := redis.NewSentinelClient(&redis.Options{Addr: r.sentinels[0]})
	defer client.Close()
	at, err := client.GetMasterAddrByName(context.Background(), SentinelMaster).Result()
	if err != nil || len(at) != 2 {
		t.Fatalf("ask a Sentinel for the master: %q, %v", at, err)
	}
	return at[0] + ":" + at[1]
}

// KillMaster kills the one that is the master now and returns its host:port.
func (r *RedisSentinel) KillMaster(t testing.TB) string {
	t.Helper()
	addr := r.Master(t)
	for _, s := range r.servers {
		if s.Addr() == addr {
			s.Kill9()
		}
	}
	return addr
}
