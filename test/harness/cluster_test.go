package harness

import (
	"testing"
	"time"

	"ginchat/model"
	"ginchat/test/checker"
)

// The nodes of a cluster forward to each other through their proxies, tell their
// numbers, and a device that loses its node goes on to the next one.
func TestCluster(t *testing.T) {
	c := StartCluster(t, 2)
	one, two := c.Nodes[0], c.Nodes[1]
	ann, bob := one.Friends("user")
	bob = bob.At(two.Server)
	here := ann.NewDevice("ann", map[model.Address]int64{bob.Private(): 0}, c.Servers(1)...)
	there := bob.NewDevice("bob", map[model.Address]int64{ann.Private(): 0}, c.Servers(0)...)
	for _, d := range []*Device{here, there} {
		if err := d.AwaitUp(frameWait); err != nil {
			t.Fatal(err)
		}
	}
	says := func(d *Device, to *Client, seq int64) {
		t.Helper()
		if outcome := d.Say(to.Private(), "text"); outcome != checker.Acked {
			t.Fatalf("outcome %v", outcome)
		}
		for deadline := time.Now().Add(frameWait); !here.Caught(bob.Private(), seq) || !there.Caught(ann.Private(), seq); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("entry %d did not reach both", seq)
			}
		}
	}
	says(here, bob, 1)
	says(there, ann, 2)
	if n := one.Metric("ginchat_sessions"); n != 1 {
		t.Errorf("%v sessions at the first node, want 1", n)
	}
	if there.Read(ann.Private()); there.Closes()[1006] != 0 {
		t.Error("a socket was cut")
	}

	two.Kill9()
	says(there, ann, 3)
	if there.at.Load() == 0 {
		t.Error("the device stayed with a node that is gone")
	}
	two.Restart()
	there.Home()
	says(there, ann, 4)
	two.Clients.BlackHole(Back)
	says(there, ann, 5)
	two.Clients.Pass()

	var r checker.Record
	lasts := map[model.Address]int64{bob.Private(): 5}
	here.Record(&r)
	if here.Forget(lasts); len(r.Views) != 1 || len(r.Views[0].Entries) != 5 || len(r.Views[0].Shown) != 5 {
		t.Errorf("recorded %+v", r.Views)
	}
	says(there, ann, 6)
	r = checker.Record{}
	if here.Record(&r); len(r.Sends) != 0 || len(r.Views[0].Entries) != 1 {
		t.Errorf("after Forget: %+v", r)
	}
	if rows, err := ann.At(two.Server).HistoryAfter(bob.Private(), 0); err != nil || len(rows) != 6 {
		t.Errorf("history has %d rows, %v", len(rows), err)
	}
}
