package services

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Keys all over the slots find their masters.
func TestRedisCluster(t *testing.T) {
	cluster := StartRedisCluster(t)
	client := universal(t, &redis.UniversalOptions{Addrs: cluster.Addrs()[:2]})
	setAndGet(t, client)
	var masters atomic.Int64 // all are asked at once
	err := client.(*redis.ClusterClient).ForEachMaster(context.Background(), func(ctx context.Context, master *redis.Client) error {
		if n, err := master.DBSize(ctx).Result(); err != nil || n == 0 {
			return fmt.Errorf("%s has %d keys, %w", master, n, err)
		}
		masters.Add(1)
		return nil
	})
	if err != nil || masters.Load() == 0 {
		t.Errorf("%d masters: %v", masters.Load(), err)
	}
}

// When the master dies, the client is led to the replica, which has what was written.
func TestRedisSentinel(t *testing.T) {
	r := StartRedisSentinel(t)
	client := universal(t, &redis.UniversalOptions{Addrs: r.Addrs(), MasterName: SentinelMaster})
	setAndGet(t, client)
	ctx := context.Background()
	if n, err := client.Do(ctx, "WAIT", 1, 5000).Int(); err != nil || n != 1 {
		t.Fatalf("%d replicas have it: %v", n, err)
	}
	old := r.KillMaster(t)
	var value, master string
	var err error
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		value, err = client.Get(ctx, "key1").Result()
		if master = r.Master(t); err == nil && master != old { // each Sentinel hears of it in its time
			break
		}
	}
	if value != "value1" || master == old {
		t.Errorf("after the end of the master %s: %q, %v from %s", old, value, err, master)
	}
}

func universal(t *testing.T, options *redis.UniversalOptions) redis.UniversalClient {
	t.Helper()
	client := redis.NewUniversalClient(options)
	t.Cleanup(func() { client.Close() })
	return client
}

// setAndGet needs a Redis that takes and gives back keys of many slots.
func setAndGet(t *testing.T, client redis.UniversalClient) {
	t.Helper()
	ctx := context.Background()
	var got, want []string
	for i := range 20 {
		key, value := fmt.Sprint("key", i), fmt.Sprint("value", i)
		if err := client.Set(ctx, key, value, 0).Err(); err != nil {
			t.Fatal(err)
		}
		stored, err := client.Get(ctx, key).Result()
		if err != nil {
			t.Fatal(err)
		}
		got, want = append(got, stored), append(want, value)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
