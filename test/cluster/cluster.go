package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"ginchat/common"
	"ginchat/test/services"
)

const (
	nodeCount    = 3
	databaseName = "ginchat"
	readyWithin  = time.Minute
)

// cluster is all that runs.
type cluster struct {
	settings
	dir      string
	front    string // nginx's host:port
	database *services.MariaDBServer
	redis    *services.RedisServer
	nodes    []*node
	nginx    *services.Balancer
}

// node is one server.
type node struct {
	name, dir   string
	addr, admin string // host:port
	flags       []string
	binary      string
	program     *services.Program
}

// newCluster finds folders and ports, and starts nothing.
func newCluster(s settings) (*cluster, error) {
	var err error
	if s.binary, err = filepath.Abs(s.binary); err != nil {
		return nil, err
	}
	if _, err := os.Stat(s.binary); err != nil {
		return nil, fmt.Errorf("no server: %w; `make cluster` builds it", err)
	}
	c := &cluster{settings: s, front: at(1, s.port)}
	if s.data == "" {
		c.dir, err = services.Folder("cluster")
	} else {
		c.dir, err = filepath.Abs(s.data)
	}
	if err != nil {
		return nil, err
	}
	addrs := []string{c.front}
	for i := range nodeCount {
		n := &node{name: fmt.Sprint("node ", i+1), dir: filepath.Join(c.dir, fmt.Sprint("node", i+1)), binary: s.binary}
		n.addr, n.admin = at(i+1, s.port+1), at(i+1, s.port+2)
		c.nodes = append(c.nodes, n)
		addrs = append(addrs, n.addr, n.admin, at(i+1, s.port+3))
		if err := os.MkdirAll(n.dir, 0o700); err != nil {
			return nil, err
		}
	}
	return c, allFree(addrs)
}

// at is host:port on one of the loopback addresses.
func at(place, port int) string {
	return net.JoinHostPort(fmt.Sprint("127.0.0.", place), strconv.Itoa(port))
}

// allFree tells in plain words what would otherwise be found out one by one.
func allFree(addrs []string) error {
	for _, addr := range addrs {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return fmt.Errorf("%w. Another port is chosen by --port; addresses such as 127.0.0.2 are there on Linux, elsewhere they have to be added to the loopback interface", err)
		}
		l.Close()
	}
	return nil
}

// start starts everything, each as soon as what it needs is there.
func (c *cluster) start(ctx context.Context) error {
	dir := filepath.Join(c.dir, "mariadb")
	err := os.MkdirAll(dir, 0o700)
	if err != nil {
		return err
	}
	if c.database, err = services.RunMariaDB(dir); err != nil {
		return err
	}
	database, err := c.database.Create(databaseName)
	if err != nil {
		return err
	}
	if c.redis, err = services.RunRedis(); err != nil {
		return err
	}
	c.configure(database)
	for _, n := range c.nodes {
		if err := n.start(); err != nil {
			return err
		}
	}
	for _, n := range c.nodes {
		if err := n.awaitReady(ctx); err != nil {
			return err
		}
	}
	return c.startNginx()
}

func (c *cluster) startNginx() error {
	var addrs []string
	for _, n := range c.nodes {
		addrs = append(addrs, n.addr)
	}
	nginx, err := services.RunNginx(c.config, c.front, addrs...)
	if err == nil {
		c.nginx = nginx
	}
	return err
}

// configure gives the nodes their settings.
func (c *cluster) configure(database common.MySQL) {
	var names []string
	for i := range c.nodes {
		names = append(names, at(i+1, c.port+3))
	}
	redisHost, redisPort, _ := strings.Cut(c.redis.Addr(), ":")
	secret := rand.Text()
	for i, n := range c.nodes {
		host, _, _ := strings.Cut(n.addr, ":")
		n.flags = []string{"--config=", "--server.ip=" + host, fmt.Sprint("--server.port=", c.port+1), "--server.admin=" + n.admin,
			"--server.nodes=" + strings.Join(names, ","), fmt.Sprint("--rpc.port=", c.port+3), "--rpc.advertise=" + names[i], "--rpc.secret=" + secret,
			"--server.trusted_proxies=127.0.0.1", "--server.log_stdout=true", "--server.attach_path=" + filepath.Join(n.dir, "data"),
			"--mysql.ip=" + database.IP, fmt.Sprint("--mysql.port=", database.Port), "--mysql.user=" + database.User,
			"--mysql.pwd=" + database.Pwd, "--mysql.db_name=" + database.DBName,
			"--redis.ip=" + redisHost, "--redis.port=" + redisPort}
	}
}

func (n *node) start() error {
	cmd := exec.Command(n.binary, n.flags...)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, common.EnvPrefix) { // what is set for another server
			cmd.Env = append(cmd.Env, variable)
		}
	}
	program, err := services.StartProgram(n.dir, cmd)
	if err == nil {
		n.program = program
	}
	return err
}

func (n *node) awaitReady(ctx context.Context) error {
	client := &http.Client{Timeout: 2 * time.Second}
	defer client.CloseIdleConnections()
	for deadline := time.Now().Add(readyWithin); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-n.program.Done():
			return fmt.Errorf("%s ended with status %d; its log is %s", n.name, n.program.ExitCode(), filepath.Join(n.dir, "log"))
		default:
		}
		answer, err := client.Get("http://" + n.addr + "/readyz")
		if err != nil {
			continue
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return nil
		}
	}
	return errors.New(n.name + " is not ready; its log is " + filepath.Join(n.dir, "log"))
}

// stop ends what was started, in reverse.
func (c *cluster) stop() {
	if c.nginx != nil {
		c.nginx.Stop()
	}
	var draining sync.WaitGroup
	for _, n := range c.nodes {
		if n.program != nil {
			draining.Go(n.program.Stop)
		}
	}
	draining.Wait()
	if c.redis != nil {
		c.redis.Kill9() // it keeps nothing
	}
	if c.database != nil {
		c.database.Stop()
	}
}
