package faults

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ginchat/args"
	"ginchat/model"
	"ginchat/test/harness"
)

// removals are three people, each on another node, of whom the second is removed
// again and again while all of them send at full load.
type removals struct {
	*ring
	t                     *testing.T
	owner, victim, member *harness.Client
	community             model.Address
}

// removals removes a member at full load, from two nodes and without Redis: what
// they sent is before the removal in the log or refused, and nothing that comes
// after it reaches them (I14, I15), every second time with no word from the node
// that removes.
func (r *ring) removals(t *testing.T) {
	people := r.Nodes[0].People("removal", 3)
	all := &removals{ring: r, t: t, owner: people[0], victim: people[1].At(r.Nodes[1].Server), member: people[2].At(r.Nodes[2].Server)}
	all.community = harness.Community("of whom one goes", all.owner, people[1], people[2])
	r.withoutRedis(t, func() {
		tries := 2
		if full() {
			tries = 20
		}
		stored, after := 0, 0
		for n := range tries {
			if n%2 == 1 {
				r.silence(0)
			}
			before, later := all.remove(n)
			stored, after = stored+before, after+later
			r.heal(0)
		}
		fmt.Printf("%s: %d removals at full load: %d sends of the removed before them in the log, %d written after the answer and refused\n",
			t.Name(), tries, stored, after)
	})
}

// withoutRedis runs f under the crowd's load while Redis is away, and judges what
// became of the crowd.
func (r *ring) withoutRedis(t *testing.T, f func()) {
	if r.broken {
		t.Fatal("an earlier case has left the load stuck")
	}
	c := r.crowd
	c.t, r.broken = t, true
	c.talk()
	r.Redis.Kill9()
	f()
	r.Redis.StartEmpty()
	c.hush()
	record := c.collect()
	c.judge(record)
	c.forget(record)
	r.broken = false
}

// silence keeps what a node has to say from all others; heal undoes it.
func (r *ring) silence(node int) {
	for _, link := range r.Nodes[node].Peers {
		if link != nil {
			link.BlackHole()
		}
	}
}

func (r *ring) heal(node int) {
	for _, link := range r.Nodes[node].Peers {
		if link != nil {
			link.Pass()
		}
	}
}

func (r *removals) remove(n int) (before, later int) {
	if n > 0 {
		r.victim.MustPost(nil, "/contact/joincommunity", "dstid", r.community.DstID)
	}
	sockets := []*harness.Socket{r.victim.Dial(), r.victim.At(r.Nodes[2].Server).Dial()}
	var floods []*flood
	for i, s := range sockets {
		floods = append(floods, startFlood(s, r.community, fmt.Sprintf("v%d-%d", n, i)))
	}
	others := startFlood(r.member.Dial(), r.community, fmt.Sprint("m", n))
	time.Sleep(700 * time.Millisecond)
	r.owner.MustPost(nil, "/contact/kickmember", "dstid", r.community.DstID, "memberid", r.victim.User.ID)
	answered := time.Now()
	for _, node := range r.Nodes {
		if a := r.victim.At(node.Server).Get("/chat/history", "cmd", int(r.community.Kind), "dstid", r.community.DstID); a.OK() {
			r.t.Errorf("who was removed reads the history from %s", node.Name)
		}
	}
	time.Sleep(1500 * time.Millisecond)
	others.end()
	kick := r.kick()
	for i, s := range sockets {
		sends := floods[i].end()
		for _, one := range sends {
			if one.written.After(answered) {
				later++
			}
			if one.answer.Cmd != args.CmdAck {
				continue
			}
			if before++; one.answer.Seq > kick || one.written.After(answered) {
				r.t.Errorf("%s, sent %s after the removal was answered, was acked as %d; the removal is %d", one.msgid, one.written.Sub(answered), one.answer.Seq, kick)
			}
		}
		r.nothingAfter(s, kick)
		s.Close()
	}
	return before, later
}

// kick returns the seq of the last removal, and checks that nothing of the removed
// comes after it.
func (r *removals) kick() int64 {
	log := r.owner.History(r.community)
	for i, entry := range slices.Backward(log) {
		if entry.Op != string(model.OpKick) {
			continue
		}
		for _, later := range log[i+1:] {
			if later.UserID == r.victim.User.ID {
				r.t.Errorf("%s is stored as %d, after the removal of its sender as %d", later.MsgID, later.Seq, entry.Seq)
			}
		}
		return entry.Seq
	}
	r.t.Fatal("the removal is not in the log")
	return 0
}

// nothingAfter looks for what a socket got of the community after the removal, which
// it must have been told.
func (r *removals) nothingAfter(s *harness.Socket, kick int64) {
	told := false
	for _, f := range s.Frames() {
		ofIt := f.Conversation(r.victim.User.ID) == r.community && (f.Counted() || f.Cmd == args.CmdRead)
		switch {
		case ofIt && f.Seq == kick && f.Op != "":
			told = true
		case ofIt && (told || f.Counted() && f.Seq > kick):
			r.t.Errorf("after the removal its victim got %s", f.Raw)
		}
	}
	if !told {
		r.t.Error("a session of who was removed was not told so")
	}
}
