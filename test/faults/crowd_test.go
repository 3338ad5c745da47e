// Package faults breaks things under a running server, and the server itself,
// and checks afterwards that nothing acked is lost, doubled or out of order.
package faults

import (
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ginchat/model"
	"ginchat/test/checker"
	"ginchat/test/harness"
)

// full asks for longer runs than every change can wait for.
func full() bool { return os.Getenv("GINCHAT_FAULTS") == "full" }

// crowd is many people who talk in private and in communities, each on several
// devices, all in closed loops: the next send begins some time after the last is
// answered, or at once in a volley.
type crowd struct {
	t             *testing.T
	server        *harness.Server
	people        []*harness.Client
	conversations map[string]place
	devices       []*harness.Device
	targets       [][]model.Address // of each device, the private one first

	stop     chan struct{}
	talking  sync.WaitGroup
	answered atomic.Int64
	mu       sync.Mutex
	volley   chan struct{} // closed and renewed to make everybody send now
}

// place is a conversation and how two of its members call it.
type place struct {
	readers   [2]*harness.Client
	addresses [2]model.Address
}

const (
	perPerson    = 5 // devices
	perCommunity = 4 // members
)

// newCrowd signs up people, who must be a multiple of perCommunity, and connects
// their devices.
func newCrowd(t *testing.T, server *harness.Server, people int) *crowd {
	c := &crowd{t: t, server: server, people: server.People("user", people), conversations: map[string]place{},
		stop: make(chan struct{}), volley: make(chan struct{})}
	of := make([][]model.Address, people)
	for i := 0; i < people; i += 2 {
		a, b := c.people[i], c.people[i+1]
		harness.Befriend(a, b)
		of[i], of[i+1] = append(of[i], b.Private()), append(of[i+1], a.Private())
		c.conversations[b.Private().Name(a.User.ID)] = place{[2]*harness.Client{a, b}, [2]model.Address{b.Private(), a.Private()}}
	}
	for i := 0; i < people; i += perCommunity {
		members := c.people[i : i+perCommunity]
		community := harness.Community(fmt.Sprint("community ", i), members[0], members[1:]...)
		for j := range members {
			of[i+j] = append(of[i+j], community)
		}
		c.conversations[community.Name(0)] = place{[2]*harness.Client{members[0], members[1]}, [2]model.Address{community, community}}
	}
	for i, person := range c.people {
		for n := range perPerson {
			follows := map[model.Address]int64{}
			for _, address := range of[i] {
				follows[address] = 0
			}
			c.devices = append(c.devices, person.NewDevice(fmt.Sprintf("u%dd%d", i+1, n+1), follows))
			c.targets = append(c.targets, of[i])
		}
	}
	c.awaitUp()
	return c
}

// awaitUp waits until every device is in sync.
func (c *crowd) awaitUp() {
	c.t.Helper()
	for _, d := range c.devices {
		if err := d.AwaitUp(30 * time.Second); err != nil {
			c.t.Fatal(err)
		}
	}
}

// think is the longest time between an answer and the next send. It keeps two
// cores, which run server, database and all the devices, from drowning.
const think = 500 * time.Millisecond

// talk lets every device send, one message at a time or a few pipelined.
func (c *crowd) talk() {
	for i, d := range c.devices {
		c.talking.Go(func() {
			for n := 1; c.pause(); n++ {
				to := c.targets[i][0]
				if rand.IntN(4) == 0 {
					to = c.targets[i][1]
				}
				var burst []*harness.Pending
				for range 1 + i%3*rand.IntN(2) { // one device in three never pipelines
					burst = append(burst, d.Begin(to, fmt.Sprintf("message %d 👩‍👩‍👧", n)))
				}
				for _, p := range burst {
					if p.Wait() == checker.Acked {
						c.answered.Add(1)
					}
				}
			}
		})
	}
}

// pause waits for the next time to send; false when talking is over.
func (c *crowd) pause() bool {
	c.mu.Lock()
	volley := c.volley
	c.mu.Unlock()
	select {
	case <-c.stop:
		return false
	case <-volley:
	case <-time.After(think/5 + rand.N(think*4/5)):
	}
	return true
}

// fire makes everybody who waits for no answer send now.
func (c *crowd) fire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.volley)
	c.volley = make(chan struct{})
}

// awaitAnswers waits until n more sends were acked.
func (c *crowd) awaitAnswers(n int64, limit time.Duration) {
	c.t.Helper()
	if !c.answersWithin(n, limit) {
		c.t.Fatalf("not even %d sends were acked within %s", n, limit)
	}
}

func (c *crowd) answersWithin(n int64, limit time.Duration) bool {
	goal := c.answered.Load() + n
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if c.answered.Load() >= goal {
			return true
		}
	}
	return false
}

// finish stops talking, waits until every send is answered and every device has
// caught up, and returns the record.
func (c *crowd) finish() checker.Record {
	c.t.Helper()
	close(c.stop)
	done := make(chan struct{})
	go func() {
		c.talking.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		c.t.Error("some sends were not answered within 30 s of the last fault")
	}
	var record checker.Record
	for name, p := range c.conversations {
		for i, reader := range p.readers {
			h := checker.History{Conversation: name, Reader: fmt.Sprint(reader.User.Nickname)}
			for _, m := range reader.History(p.addresses[i]) {
				h.Entries = append(h.Entries, checker.Entry{Seq: m.Seq, Sender: m.UserID, MsgID: m.MsgID, Content: m.Content, Event: m.Op != ""})
			}
			record.Histories = append(record.Histories, h)
		}
	}
	c.awaitCaughtUp(record)
	for _, d := range c.devices {
		d.Stop()
		d.Record(&record)
	}
	return record
}

// awaitCaughtUp gives every device a moment for the last pushes; the checker
// finds who misses some.
func (c *crowd) awaitCaughtUp(record checker.Record) {
	last := map[string]int64{}
	for _, h := range record.Histories {
		last[h.Conversation] = int64(len(h.Entries))
	}
	deadline := time.Now().Add(5 * time.Second)
	for i, d := range c.devices {
		self := c.people[i/perPerson].User.ID
		for _, of := range c.targets[i] {
			for !d.Caught(of, last[of.Name(self)]) && time.Now().Before(deadline) {
				time.Sleep(5 * time.Millisecond)
			}
		}
	}
}

// judge fails the test for each broken promise, and says what was seen.
func (c *crowd) judge(record checker.Record, figures string) {
	c.t.Helper()
	violations := checker.Check(record)
	for i, v := range violations {
		if i == 20 {
			c.t.Errorf("… and %d more", len(violations)-i)
			break
		}
		c.t.Error(v)
	}
	for _, d := range c.devices {
		for _, fault := range d.Faults() {
			c.t.Error(fault)
		}
	}
	entries := 0
	for i := 0; i < len(record.Histories); i += 2 {
		entries += len(record.Histories[i].Entries)
	}
	fmt.Printf("%s: %s; %d sends, %d stored entries, %d conversations, %d devices\n",
		c.t.Name(), figures, len(record.Sends), entries, len(c.conversations), len(c.devices))
}

// lost sums the sends that were on their way when their socket died.
func (c *crowd) lost() (n int64) {
	for _, d := range c.devices {
		n += d.Lost.Load()
	}
	return n
}

// silent sums the sends that nobody answered within 5 s on an open socket.
func (c *crowd) silent() (n int64) {
	for _, d := range c.devices {
		n += d.Silent.Load()
	}
	return n
}

// slowest is the longest time that an answer took.
func (c *crowd) slowest() (longest time.Duration) {
	for _, d := range c.devices {
		longest = max(longest, d.Slowest())
	}
	return longest
}
