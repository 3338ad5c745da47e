package browser

import (
	"os"
	"testing"
	"time"

	"ginchat/test/harness"
)

// Two people on different nodes chat and see each other come and go, and notice
// nothing when the node of one of them hangs, drains or dies.
func TestNodesFail(t *testing.T) {
	t.Parallel()
	k := newTalk(t)
	k.meet()
	pause := 20 * time.Second // a node that is silent for 15 s counts as dead
	if os.Getenv("GINCHAT_FAULTS") == "full" {
		pause = time.Minute
	}
	hangs := func(n *harness.Node) func() {
		over := time.Now().Add(pause)
		n.Pause()
		return func() {
			time.Sleep(time.Until(over))
			n.Resume()
			k.sessions(2) // the one that the node held all the time has gone
		}
	}
	k.survives("hangs", hangs, k.bothWrite)
	if pause == time.Minute {
		k.survives("hangs in silence", hangs, k.bobWrites)
	}
	k.survives("drains", func(n *harness.Node) func() {
		n.Terminate()
		return func() {
			if code := n.Wait(); code != 0 {
				t.Errorf("the node that drained ended with status %d", code)
			}
			n.Restart()
		}
	}, k.bothWrite)
	k.survives("dies", func(n *harness.Node) func() {
		n.Kill9()
		return n.Restart
	}, k.bothWrite)
	k.part()
}

// bothWrite has both write in the midst of a fault.
func (k *talk) bothWrite(fault string) {
	k.t.Helper()
	k.ann.says(fault + ": one")
	k.bob.says(fault + ": two")
	k.ann.says(fault + ": three")
	k.agree()
}

// bobWrites leaves it to the heartbeat of Ann's page to find out what is wrong. A
// dead node's people count as gone before that; this once, Bob may see it.
func (k *talk) bobWrites(fault string) {
	k.t.Helper()
	k.bob.says(fault + ": one")
	heard := func() bool { return ask[string](k.ann.tab, texts+`.at(-1)`) == fault+": one" }
	came := k.ann.comes(heard)
	if !came { // a heartbeat takes up to 35 s to fail
		came = k.ann.comes(heard)
	}
	if !came {
		k.t.Fatal("Ann's page does not leave the node that hangs")
	}
	k.agree()
	k.bob.expectPresence(k.ann.client, true)
	ask[any](k.bob.tab, `(seen.about = [], null)`)
}

// apart brings the two pages to different nodes and returns Ann's.
func (k *talk) apart() *harness.Node {
	k.t.Helper()
	theirs := k.connect(k.bob)
	ours := theirs
	if !k.ann.comes(func() bool { // nginx avoids nodes that have just failed
		ours = k.connect(k.ann)
		return ours != theirs
	}) {
		k.t.Fatal("nginx puts every connection on one node")
	}
	return ours
}

// connect gives a page a new connection and returns the node that it is on.
func (k *talk) connect(p *talker) *harness.Node {
	k.t.Helper()
	ask[any](p.tab, `document.querySelector("chat-app").socket.lost()`)
	before := k.sessions(1)
	ask[any](p.tab, `document.querySelector("chat-app").socket.now()`)
	p.expectConnection(true)
	for i, n := range k.sessions(2) {
		if n > before[i] {
			return k.cluster.Nodes[i]
		}
	}
	k.t.Fatal("the other page has lost its connection")
	return nil
}

// sessions waits until all nodes together have so many, and returns each one's.
func (k *talk) sessions(total float64) []float64 {
	k.t.Helper()
	var each []float64
	if !k.ann.comes(func() bool {
		sum := 0.0
		each = nil
		for _, n := range k.cluster.Nodes {
			each = append(each, n.Metric("ginchat_sessions"))
			sum += each[len(each)-1]
		}
		return sum == total
	}) {
		k.t.Fatalf("the nodes have %v sessions, want %v", each, total)
	}
	return each
}
