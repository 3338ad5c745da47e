// Package faults breaks things under running servers, and the servers themselves,
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
	t       *testing.T
	servers []*harness.Server // one, or the nodes that the devices are spread over
	people  []*harness.Client
	places  []*place
	devices []*member
	think   time.Duration
	marks   []checker.Mark // kept when everything was quiet the last time

	stop     chan struct{}
	talking  sync.WaitGroup
	answered atomic.Int64
	mu       sync.Mutex
	volley   chan struct{} // closed and renewed to make everybody send now
}

// member is one device of the crowd.
type member struct {
	*harness.Device
	self int64
	home int // the place of its server
	haunts
}

// newCrowd signs up the people of a plan and connects their devices, evenly spread
// over the servers.
func newCrowd(t *testing.T, p plan, servers ...*harness.Server) *crowd {
	t.Helper()
	c := &crowd{t: t, servers: servers, people: servers[0].People("user", p.people), think: p.think, volley: make(chan struct{})}
	for i, where := range c.settle(p) {
		person := c.people[i]
		for n := range p.devices {
			follows := map[model.Address]int64{}
			for _, address := range where.all() {
				follows[address] = 0
			}
			home := len(c.devices) % len(servers)
			others := append(servers[home+1:len(servers):len(servers)], servers[:home]...)
			device := person.At(servers[home]).NewDevice(fmt.Sprintf("u%dd%d", i+1, n+1), follows, others...)
			c.devices = append(c.devices, &member{Device: device, self: person.User.ID, home: home, haunts: where})
		}
	}
	c.awaitUp()
	for _, person := range c.marked() { // who joins begins with what was there as read
		c.begin(c.kept(person))
	}
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

// talk lets every device send, one message at a time or a few pipelined, until
// hush.
func (c *crowd) talk() {
	c.stop = make(chan struct{})
	for i, d := range c.devices {
		c.talking.Go(func() {
			for n := 1; c.pause(); n++ {
				to := d.private[rand.IntN(len(d.private))]
				if len(d.communities) > 0 && rand.IntN(4) == 0 {
					to = d.communities[rand.IntN(len(d.communities))]
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
				if rand.IntN(8) == 0 {
					d.Read(to)
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
	case <-time.After(c.think/5 + rand.N(c.think*4/5)):
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

// hush stops talking and waits until every send is answered.
func (c *crowd) hush() {
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
}

// finish stops talking, waits until every device has caught up, stops them and
// returns the record.
func (c *crowd) finish() checker.Record {
	c.t.Helper()
	c.hush()
	record := c.collect()
	for _, d := range c.devices {
		d.Stop()
	}
	return record
}
