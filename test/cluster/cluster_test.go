package main

import (
	"bufio"
	"context"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"ginchat/test/harness"
	"ginchat/test/services"
)

// The cluster says where it is, serves, starts a killed node again, and leaves no
// process behind.
func TestCluster(t *testing.T) {
	if testing.Short() {
		t.Skip("starts servers, which -short leaves out")
	}
	c := newOnFreePorts(t)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	said, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- c.serve(ctx, out) }()
	lines := bufio.NewScanner(said)
	awaitLine(t, lines, ended, "GinChat is at http://"+c.front)

	old := c.nodes[0].program.Pid()
	client := harness.Behind(t, c.front).NewClient()
	client.Register("ann", harness.Passwd, "Ann")
	client.Login("ann", harness.Passwd)
	if err := syscall.Kill(old, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for range 6 {
		if a := client.Get("/user/logins"); !a.OK() {
			t.Errorf("after a node's end: %d %s", a.Status, a.Body)
		}
	}
	awaitLine(t, lines, ended, "node 1 runs again")

	pids := []int{c.nginx.Pid(), c.redis.Pid(), c.database.Pid()}
	for _, n := range c.nodes {
		pids = append(pids, n.program.Pid())
	}
	go io.Copy(io.Discard, said)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	for _, pid := range append(pids, old) {
		if syscall.Kill(pid, 0) == nil {
			t.Errorf("process %d still runs", pid)
		}
	}
}

func newOnFreePorts(t *testing.T) *cluster {
	t.Helper()
	s := settings{data: t.TempDir(), binary: harness.Binary(t), config: "../../deploy/nginx.conf"}
	var err error
	for range 10 {
		s.port = services.FreePort(t)
		var c *cluster
		if c, err = newCluster(s); err == nil {
			return c
		}
	}
	t.Fatal(err)
	return nil
}

// awaitLine reads on until a line has text.
func awaitLine(t *testing.T, lines *bufio.Scanner, ended <-chan error, text string) {
	t.Helper()
	found := make(chan bool)
	go func() {
		for lines.Scan() {
			if strings.Contains(lines.Text(), text) {
				found <- true
				return
			}
		}
		found <- false
	}()
	select {
	case <-found:
	case err := <-ended:
		t.Fatalf("the cluster ended: %v", err)
	case <-time.After(time.Minute):
		t.Fatalf("the cluster does not say %q", text)
	}
}
