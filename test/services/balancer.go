package services

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// nodeLine finds the line of a shipped configuration that names a node, and the
// node's address in it.
var nodeLine = regexp.MustCompile(`(?m)^ *server .*\b(10\.0\.0\.[1-9]:8080)\b.*\n`)

// Balancer is a load balancer with a shipped configuration, private but for that.
type Balancer struct {
	addr    string
	process *process
}

// balancer is what one kind needs to run without root, in its own folder.
type balancer struct {
	name    string
	install string
	// edits replaces what is only right for a machine of its own.
	edits func(dir, addr string) []edit
	args  func(dir, file string) []string
}

// edit replaces old, which the configuration has exactly once.
type edit struct{ old, new string }

// startBalancer starts one of t's own before nodes, which are host:port; config
// is the path of the shipped configuration.
func startBalancer(t testing.TB, kind balancer, config string, nodes []string) *Balancer {
	t.Helper()
	need(t, kind.install, kind.name)
	b, err := onFreePort(func(port int) (*Balancer, error) { return kind.run(config, hostPort(port), nodes) })
	if err != nil {
		t.Fatalf("start %s: %v", kind.name, err)
	}
	t.Cleanup(func() {
		b.process.kill()
		if t.Failed() {
			t.Logf("the end of what %s printed:\n%s", kind.name, b.process.output())
		}
	})
	return b
}

func (kind balancer) run(config, addr string, nodes []string) (*Balancer, error) {
	program, err := installed(kind.install, kind.name)
	if err != nil {
		return nil, err
	}
	dir, err := newFolder(kind.name)
	if err != nil {
		return nil, err
	}
	shipped, err := os.ReadFile(config)
	if err != nil {
		return nil, err
	}
	text, err := withNodes(string(shipped), nodes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", config, err)
	}
	for _, e := range kind.edits(dir, addr) {
		if n := strings.Count(text, e.old); n != 1 {
			return nil, fmt.Errorf("%s has %q %d times, want once", config, e.old, n)
		}
		text = strings.Replace(text, e.old, e.new, 1)
	}
	file := filepath.Join(dir, filepath.Base(config))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return nil, err
	}
	p, err := start(dir, program, kind.args(dir, file)...)
	if err != nil {
		return nil, err
	}
	return &Balancer{addr, p}, p.await(kind.name, func() error { return listens(addr) })
}

// withNodes puts the nodes' addresses in place of the shipped ones, and leaves
// out the lines there is no node for.
func withNodes(text string, nodes []string) (string, error) {
	lines := nodeLine.FindAllStringSubmatch(text, -1)
	if len(nodes) == 0 || len(nodes) > len(lines) {
		return "", fmt.Errorf("lines for %d nodes, want %d", len(lines), len(nodes))
	}
	for i, line := range lines {
		instead := ""
		if i < len(nodes) {
			instead = strings.Replace(line[0], line[1], nodes[i], 1)
		}
		text = strings.Replace(text, line[0], instead, 1)
	}
	return text, nil
}

// Addr returns host:port.
func (b *Balancer) Addr() string { return b.addr }

// Pid returns the running balancer's process id.
func (b *Balancer) Pid() int { return b.process.pid }

// Done is closed when the balancer has ended.
func (b *Balancer) Done() <-chan struct{} { return b.process.done }

// Stop ends the balancer, and with it the connections through it.
func (b *Balancer) Stop() { b.process.stop() }
