package services

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

const (
	clusterSize     = 6 // three masters, each with a replica
	clusterReplicas = 1
)

// RedisCluster is a private Redis Cluster.
type RedisCluster struct{ servers []*RedisServer }

// StartRedisCluster starts an empty Redis Cluster of t's own, and waits until
// all of it is in agreement.
func StartRedisCluster(t testing.TB) *RedisCluster {
	t.Helper()
	need(t, redisPackages, "redis-server")
	cli := need(t, redisPackages, "redis-cli")
	c := new(RedisCluster)
	t.Cleanup(func() {
		for _, s := range c.servers {
			s.Kill9()
		}
	})
	create := []string{"--cluster-replicas", strconv.Itoa(clusterReplicas), "--cluster-yes", "--cluster", "create"}
	for range clusterSize {
		s, bus, err := runClusterServer()
		if err != nil {
			t.Fatalf("start a Redis of a Cluster: %v", err)
		}
		c.servers = append(c.servers, s)
		create = append(create, fmt.Sprintf("%s@%d", s.Addr(), bus))
	}
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	if output, err := exec.CommandContext(ctx, cli, create...).CombinedOutput(); err != nil {
		t.Fatalf("create a Redis Cluster: %v\n%s", err, output)
	}
	for _, s := range c.servers {
		if err := s.process.await("Redis Cluster", func() error { return inAgreement(ctx, s.Addr()) }); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// runClusterServer starts a Redis that can be one of a Cluster. The Cluster's own
// port is said, since the usual one is among those the system hands out itself.
func runClusterServer() (*RedisServer, int, error) {
	bus, err := freePort()
	if err != nil {
		return nil, 0, err
	}
	s, err := onFreePort(func(port int) (*RedisServer, error) {
		return runRedis(port, "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf",
			"--cluster-node-timeout", "1000", "--cluster-port", strconv.Itoa(bus))
	})
	return s, bus, err
}

// inAgreement returns a fault while this Redis does not see the whole Cluster:
// right after it was made, and after a failover, commands are refused.
func inAgreement(ctx context.Context, addr string) error {
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer client.Close()
	info, err := client.ClusterInfo(ctx).Result()
	if err != nil {
		return err
	}
	for _, want := range []string{"cluster_state:ok", fmt.Sprint("cluster_known_nodes:", clusterSize)} {
		if !strings.Contains(info, want) {
			return errors.New("no " + want)
		}
	}
	nodes, err := client.ClusterNodes(ctx).Result()
	if err == nil && strings.Count(nodes, "slave") != clusterSize/(clusterReplicas+1)*clusterReplicas {
		return errors.New("not all replicas are known")
	}
	return err
}

// Addrs returns host:port of all of it.
func (c *RedisCluster) Addrs() []string {
	addrs := make([]string, len(c.servers))
	for i, s := range c.servers {
		addrs[i] = s.Addr()
	}
	return addrs
}
