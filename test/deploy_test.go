package test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ginchat/common"

	"gopkg.in/yaml.v3"
)

// secrets stand for those that each site makes up.
var secrets = []string{"GINCHAT_RPC_SECRET=of the nodes", "GINCHAT_MYSQL_PWD=of the database", "GINCHAT_REDIS_PWD=of redis"}

// loadShipped loads the shipped example as a node does, with further environment.
func loadShipped(t *testing.T, env ...string) common.Config {
	t.Helper()
	cfg, err := common.Load([]string{"--config=../deploy/config.yaml"}, append(env, secrets...))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// The shipped example is one of several nodes as soon as the secrets are there,
// and refused without them.
func TestShippedConfiguration(t *testing.T) {
	cfg := loadShipped(t)
	if !cfg.Several() || !cfg.Redis.Configured() || cfg.MySQL.IP == "" {
		t.Errorf("it is not one of several nodes: %+v", cfg)
	}
	if others := cfg.Peers(); len(others) != len(cfg.Server.Nodes)-1 {
		t.Errorf("of the nodes %q it takes %q for others", cfg.Server.Nodes, others)
	}
	for i := range secrets[:2] {
		if _, err := common.Load([]string{"--config=../deploy/config.yaml"}, slices.Delete(slices.Clone(secrets), i, i+1)); err == nil {
			t.Errorf("it loads without %s", secrets[i])
		}
	}
}

// Each node's address is where the load balancers look for it, and what the
// compose file gives its container.
func TestShippedNodes(t *testing.T) {
	cfg := loadShipped(t)
	var want []string
	for _, ip := range cfg.Server.Nodes {
		want = append(want, ip+":"+strconv.Itoa(cfg.Server.Port))
	}
	for _, name := range []string{"deploy/nginx.conf", "deploy/haproxy.cfg"} {
		var got []string
		for _, found := range regexp.MustCompile(`(?m)^ *server .*?([0-9.]+:[0-9]+)\b`).FindAllStringSubmatch(read(t, name), -1) {
			got = append(got, found[1])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s has the nodes %q, want %q", name, got, want)
		}
	}
	var compose struct {
		Services map[string]struct {
			Environment map[string]string
			Networks    map[string]struct {
				Address string `yaml:"ipv4_address"`
			}
			Grace string `yaml:"stop_grace_period"`
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "deploy/compose.yaml")), &compose); err != nil {
		t.Fatal(err)
	}
	var nodes, all []string
	for name, service := range compose.Services {
		address := service.Networks["inside"].Address
		all = append(all, address)
		if service.Environment["GINCHAT_SERVER_IP"] == "" {
			continue
		}
		node := loadShipped(t, "GINCHAT_SERVER_IP="+service.Environment["GINCHAT_SERVER_IP"])
		nodes = append(nodes, node.Server.IP)
		if node.Server.IP != address {
			t.Errorf("the container %s has the address %s and is told %s", name, address, node.Server.IP)
		}
		if grace, err := time.ParseDuration(service.Grace); err != nil || grace <= node.Server.Drain.Duration() {
			t.Errorf("the container %s has %q to stop, and drains for %s", name, service.Grace, node.Server.Drain.Duration())
		}
	}
	slices.Sort(nodes)
	if !slices.Equal(nodes, cfg.Server.Nodes) {
		t.Errorf("the compose file has the nodes %q, want %q", nodes, cfg.Server.Nodes)
	}
	for _, address := range append(cfg.Server.TrustedProxies, cfg.MySQL.IP, cfg.Redis.IP) {
		if !slices.Contains(all, address) {
			t.Errorf("the compose file has nobody at %s, only %q", address, all)
		}
	}
}

// A socket may be silent for as long as the server allows, and a node has the
// time it takes to drain.
func TestShippedTimeouts(t *testing.T) {
	cfg := loadShipped(t)
	_, socket, _ := strings.Cut(read(t, "deploy/nginx.conf"), "location = /chat {")
	for name, found := range map[string]struct {
		text, pattern string
		atLeast       time.Duration
	}{
		"nginx, from the node": {socket, `^[^}]*proxy_read_timeout (\d+)s;`, cfg.Server.HeartBeat.Duration()},
		"nginx, to the node":   {socket, `^[^}]*proxy_send_timeout (\d+)s;`, cfg.Server.HeartBeat.Duration()},
		"HAProxy":              {read(t, "deploy/haproxy.cfg"), `timeout tunnel (\d+)s`, cfg.Server.HeartBeat.Duration()},
		"systemd":              {read(t, "deploy/ginchat.service"), `(?m)^TimeoutStopSec=(\d+)$`, cfg.Server.Drain.Duration()},
	} {
		match := regexp.MustCompile(found.pattern).FindStringSubmatch(found.text)
		if match == nil {
			t.Errorf("%s: no time-out", name)
			continue
		}
		if seconds, _ := strconv.Atoi(match[1]); time.Duration(seconds)*time.Second <= found.atLeast { // the pattern matches digits only
			t.Errorf("%s: %d s, want more than %s", name, seconds, found.atLeast)
		}
	}
}
