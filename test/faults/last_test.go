package faults

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ginchat/args"
	"ginchat/test/harness"
)

// lastLimit is how soon a message must be there whose forward was lost (I8).
const lastLimit = 2 * time.Second

// The last message before silence, whose forward is lost between two nodes, with
// nothing after it that would tell of a hole.
func TestLastMessage(t *testing.T) {
	t.Parallel() // it is nearly all waiting
	tries := 20
	if full() {
		tries = 100
	}
	c := harness.StartCluster(t, 2, harness.Flags("--server.heart_beat=0"))
	one, two := c.Nodes[0], c.Nodes[1]
	ann, bob := one.Friends("user")
	from, to := ann.Dial(), bob.At(two.Server).Dial()
	say := func(n int) (time.Duration, bool) {
		t.Helper()
		msgid := fmt.Sprint("m", n)
		ack, err := from.Send(bob.Private(), msgid, "the last one")
		if err != nil || ack.Cmd != args.CmdAck {
			t.Fatalf("send: %s, %v", ack.Raw, err)
		}
		got, _, err := to.AwaitFor(5*lastLimit, 0, func(f *harness.Frame) bool { return f.Counted() && f.MsgID == msgid })
		if err != nil {
			t.Errorf("message %d did not come: %v", n, err)
			return 0, false
		}
		return max(0, got.At.Sub(ack.At)), true
	}
	time.Sleep(time.Second) // for the link between the nodes
	healthy, _ := say(0)
	repaired := two.Metric("ginchat_entries_repaired_total")
	var took []time.Duration
	for n := range tries {
		if n%10 == 0 { // half of the tries on a link that is silent, half on one that is gone
			one.Peers[1].Pass()
			if n%20 == 0 {
				one.Peers[1].BlackHole()
			} else {
				one.Peers[1].Reset()
			}
		}
		time.Sleep(rand.N(time.Second))
		if d, ok := say(n + 1); ok {
			took = append(took, d)
		}
	}
	slices.Sort(took)
	if longest := quantile(took, 1); longest > lastLimit {
		t.Errorf("a message whose forward was lost came after %s, want %s", longest, lastLimit)
	}
	if n := two.Metric("ginchat_entries_repaired_total") - repaired; n != float64(tries) {
		t.Errorf("%.0f of %d messages were read from the log: the forward was not cut", n, tries)
	}
	fmt.Printf("%s: %d messages with their forward cut: min %s, p10 %s, p50 %s, p90 %s, p99 %s, max %s; one with the forward %s\n", t.Name(), len(took),
		round(quantile(took, 0)), round(quantile(took, 0.1)), round(quantile(took, 0.5)), round(quantile(took, 0.9)), round(quantile(took, 0.99)), round(quantile(took, 1)), round(healthy))
}
