package faults

import (
	"fmt"
	"testing"
	"time"

	"ginchat/model"
	"ginchat/test/harness"
)

// fanout counts what one message costs the nodes: it is encoded once and forwarded
// to each other node once, however many members there are.
func (r *ring) fanout(t *testing.T) {
	people := r.crowd.people
	const rows = 970
	few := harness.Community("ten", people[0], people[1:10]...)
	many := harness.Community("a thousand", people[0], people[1:30]...)
	r.addMembers(many, rows)
	for _, size := range []struct {
		members int
		of      model.Address
	}{{10, few}, {30 + rows, many}} {
		if a := people[0].Post("/contact/members", "dstid", size.of.DstID); a.Total != int64(size.members) {
			t.Fatalf("the community has %d members, want %d", a.Total, size.members)
		}
		r.count(t, size.of, size.members)
	}
}

// addMembers writes members that never sign in.
func (r *ring) addMembers(of model.Address, n int) {
	series := fmt.Sprintf("WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM s WHERE i<%d)", n)
	r.DB.Exec(r.Database, "INSERT INTO users (mobile,mobile_key,passwd,nickname,name_key,settings,created_at) "+
		series+" SELECT CONCAT('row',i),CONCAT('row',i),'',CONCAT('row',i),CONCAT('row',i),'{}',0 FROM s")
	r.DB.Exec(r.Database, fmt.Sprintf("INSERT INTO members (conversation_id,user_id,role) "+
		"SELECT c.id,u.id,'member' FROM conversations c JOIN users u ON u.mobile LIKE 'row%%' WHERE c.name='%s'", of.Name(0)))
}

// count sends some messages, one after the other, and counts what the nodes do.
func (r *ring) count(t *testing.T, to model.Address, members int) {
	const messages = 20
	names := []string{"ginchat_entries_forwarded_total", "ginchat_entries_encoded_total", "ginchat_entries_pushed_total", "ginchat_entries_repaired_total"}
	sums := func() (all [4]float64) {
		for i, name := range names {
			all[i] = r.sum(name)
		}
		return all
	}
	reader := r.crowd.people[9].At(r.Nodes[2].Server).Dial()
	writer := r.crowd.people[0].Dial()
	time.Sleep(time.Second) // for the directory to learn of them
	before := sums()
	for n := range messages {
		msgid := fmt.Sprintf("fan-%d-%d", members, n)
		if _, err := writer.Send(to, msgid, "text"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := reader.Await(0, func(f *harness.Frame) bool { return f.Counted() && f.MsgID == msgid }); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(1500 * time.Millisecond) // for what the nodes would read from the log
	cost := sums()
	for i := range cost {
		cost[i] = (cost[i] - before[i]) / messages
	}
	// What a busy machine forwards too late is read, and encoded, by who misses it.
	if cost[0] > float64(len(r.Nodes)-1) || cost[1] > 1+cost[3] || cost[3] > 0.2 {
		t.Errorf("with %d members a message is forwarded %.2f times, encoded %.2f times and read from the log %.2f times", members, cost[0], cost[1], cost[3])
	}
	fmt.Printf("%s: %d members: a message is forwarded %.2f times, encoded %.2f times, pushed to %.1f sockets\n",
		t.Name(), members, cost[0], cost[1], cost[2])
	reader.Close()
	writer.Close()
}
