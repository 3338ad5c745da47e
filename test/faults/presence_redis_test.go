package faults

import (
	"fmt"
	"testing"
	"time"

	"ginchat/args"
	"ginchat/test/harness"
)

// Without Redis presence is unknown, and messages go on; half a minute after an
// empty one has come back everything is known again (I25).
func TestPresenceWithoutRedis(t *testing.T) {
	t.Parallel() // it is nearly all waiting
	c := harness.StartCluster(t, 2, harness.Flags("--server.heart_beat=0"))
	people := c.Nodes[0].People("user", 3)
	ann, stays, leaves := people[0], people[1], people[2]
	for _, friend := range people[1:] {
		harness.Befriend(ann, friend)
	}
	page := watch(t, ann)
	began := time.Now()
	staying, leaving := stays.At(c.Nodes[1].Server).Dial(), leaves.At(c.Nodes[1].Server).Dial()
	page.hears(stays.User.ID, 1, began, cleanWithin, "a friend's coming")
	page.hears(leaves.User.ID, 1, began, cleanWithin, "a friend's coming")

	gone := time.Now()
	c.Redis.Kill9()
	unknown := page.hears(0, -1, gone, cleanWithin, "that nothing is known")
	page.wantRows(c.Nodes[:1], map[*harness.Client]int{stays: -1, leaves: -1}) // the other node knows its own
	leaving.Close()
	ack, err := staying.Send(ann.Private(), "m1", "text")
	if err != nil || ack.Cmd != args.CmdAck {
		t.Fatalf("send: %s, %v", ack.Raw, err)
	}
	got, _, err := page.socket.Await(0, func(f *harness.Frame) bool { return f.Counted() && f.MsgID == "m1" })
	if err != nil || got.At.Sub(ack.At) > grossLimit {
		t.Errorf("without Redis a message took %s, %v", got.At.Sub(ack.At), err)
	}
	time.Sleep(6 * time.Second) // for the leaving to be no blip

	back := time.Now()
	c.Redis.StartEmpty()
	for page.page.Friends()[stays.User.ID].Online != 1 && time.Since(back) < tellLimit {
		time.Sleep(100 * time.Millisecond)
	}
	rebuilt := time.Since(back)
	if rebuilt > rebuiltWithin {
		t.Errorf("presence was known again after %s, want %s", rebuilt, rebuiltWithin)
	}
	page.hears(stays.User.ID, 1, back, rebuiltWithin, "that a friend is still there")
	rest := page.hears(0, 0, back, tellLimit, "that who is unknown is offline")
	page.wantRows(c.Nodes, map[*harness.Client]int{stays: 1, leaves: 0})
	fmt.Printf("%s: unknown told after %s, a message took %s meanwhile, known again after %s, the rest offline after %s\n",
		t.Name(), round(unknown), round(got.At.Sub(ack.At)), round(rebuilt), round(rest))
}

// Only one node loses Redis. Its users' pages, told that nothing is known, hear of
// friends on the other node again, who noticed nothing, also of those who came
// meanwhile (I25).
func TestPresenceOneNodeWithoutRedis(t *testing.T) {
	t.Parallel() // it is nearly all waiting
	c := harness.StartCluster(t, 2, harness.Flags("--server.heart_beat=0"))
	people := c.Nodes[0].People("user", 3)
	ann, stays, comes := people[0], people[1], people[2]
	for _, friend := range people[1:] {
		harness.Befriend(ann, friend)
	}
	page := watch(t, ann)
	began := time.Now()
	stays.At(c.Nodes[1].Server).Dial()
	page.hears(stays.User.ID, 1, began, cleanWithin, "a friend's coming")

	gone := time.Now()
	c.Nodes[0].Redis.Reset()
	unknown := page.hears(0, -1, gone, cleanWithin, "that nothing is known")
	comes.At(c.Nodes[1].Server).Dial()
	time.Sleep(3 * time.Second)
	back := time.Now()
	c.Nodes[0].Redis.Pass()
	var told time.Duration
	for _, friend := range people[1:] {
		told = max(told, page.hears(friend.User.ID, 1, back, rebuiltWithin, friend.User.Nickname+"'s presence after Redis was back"))
	}
	page.wantRows(c.Nodes, map[*harness.Client]int{stays: 1, comes: 1})
	fmt.Printf("%s: unknown told after %s, friends on the other node told within %s of Redis's return\n", t.Name(), round(unknown), round(told))
}
