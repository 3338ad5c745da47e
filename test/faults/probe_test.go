package faults

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ginchat/args"
	"ginchat/test/harness"
)

// prober sends on one node and reads on the next, as soon as the answer is there,
// through all that happens: what is acked must be in every node's history at once
// (I12).
type prober struct {
	t    *testing.T
	from *harness.Client
	to   *harness.Client
	stop chan struct{}
	all  sync.WaitGroup
	at   time.Time // when it began

	seen, unread atomic.Int64 // probes that were read, and whose reader's node was away
}

func startProber(t *testing.T, r *ring) *prober {
	people := r.Nodes[0].People("probe", 2)
	harness.Befriend(people[0], people[1])
	p := &prober{t: t, from: people[0], to: people[1], stop: make(chan struct{}), at: time.Now()}
	for i := range r.Nodes {
		p.all.Go(func() { p.run(i, r.Nodes[i].Server, r.Nodes[(i+1)%len(r.Nodes)].Server) })
	}
	return p
}

func (p *prober) run(place int, writer, reader *harness.Server) {
	from, to, of := p.from.At(writer), p.to.At(reader), p.to.Private()
	for n := 0; ; n++ {
		select {
		case <-p.stop:
			return
		case <-time.After(150 * time.Millisecond):
		}
		msgid := fmt.Sprintf("p%d-%d", place, n)
		a, err := from.Try("POST", "/chat/send", harness.Form("cmd", int(of.Kind), "dstid", of.DstID, "msgid", msgid, "content", "probe"))
		if err != nil || !a.OK() {
			continue // it was not acked
		}
		var ack args.Ack
		if err := json.Unmarshal(a.Data, &ack); err != nil {
			p.t.Error(err)
			return
		}
		rows, _, err := to.TryHistoryPage(p.from.Private(), "before", ack.Seq+1)
		switch {
		case err != nil:
			p.unread.Add(1)
		case len(rows) == 0 || rows[len(rows)-1].MsgID != msgid:
			p.t.Errorf("I12: message %d was acked on one node and was not in the history of another", ack.Seq)
		default:
			p.seen.Add(1)
		}
	}
}

// end stops the probes and says how many there were.
func (p *prober) end() {
	close(p.stop)
	p.all.Wait()
	if p.seen.Load() == 0 && time.Since(p.at) > healLimit {
		p.t.Error("no probe was read")
	}
	fmt.Printf("%s: %d messages were in another node's history as soon as they were acked; at %d acks that node was away\n",
		p.t.Name(), p.seen.Load(), p.unread.Load())
}
