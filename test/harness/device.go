package harness

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"ginchat/args"
	"ginchat/model"
	"ginchat/test/checker"

	"github.com/gorilla/websocket"
)

// Pace of a device. Tests shorten what a client would do in its own time.
const (
	resendAfter    = 5 * time.Second
	reconnectPause = 50 * time.Millisecond // jittered, half as much to as much again
	longestPause   = 800 * time.Millisecond
	beat           = time.Second
	// deafAfter is how long a device that has somewhere else to go stays with a
	// server from which nothing comes.
	deafAfter = 3 * time.Second
)

// Device is a client that keeps all the rules of docs/protocol.md: it reconnects,
// syncs, resends what is not acked under the same msgid, drops what it has seen
// and asks for sync on a hole. It records what a checker needs.
type Device struct {
	client *Client
	places []*Client // the same login on each server it may use, its home first
	at     atomic.Int64
	name   string
	stop   chan struct{}
	gone   sync.WaitGroup
	// Lost counts sends that were on their way when their socket died, Silent
	// those that were not answered within 5 s on a socket that stayed open, and
	// Retried the refusals that ask for another try.
	Lost, Silent, Retried atomic.Int64
	// Sockets counts the sockets opened.
	Sockets atomic.Int64

	mu      sync.Mutex
	link    *Socket   // nil while away
	served  time.Time // when the latest send was written that was answered for good
	closes  map[int]int
	said    map[model.Address]int64
	told    map[model.Address]map[int64]int64
	synced  bool
	up      chan struct{} // closed and renewed when a sync is done
	epoch   string
	logs    map[model.Address]*log
	waiting map[string]*Pending
	sent    []*Pending
	number  int
	slowest time.Duration
	faults  []string
}

// log is a device's copy of a conversation.
type log struct {
	after   int64
	entries []checker.Entry // shown
	shown   []time.Time
	ahead   map[int64]checker.Entry
	holes   []string
	paging  bool
}

func (l *log) cursor() int64 { return l.after + int64(len(l.entries)) }

// NewDevice starts a device of c that follows the conversations named, each
// from the seq given. When it loses its server it goes on to the next of the
// others, as behind a load balancer. t's end stops it.
func (c *Client) NewDevice(name string, follows map[model.Address]int64, others ...*Server) *Device {
	d := &Device{client: c, places: []*Client{c.At(c.Server)}, name: name, stop: make(chan struct{}), up: make(chan struct{}),
		logs: map[model.Address]*log{}, waiting: map[string]*Pending{},
		closes: map[int]int{}, said: map[model.Address]int64{}, told: map[model.Address]map[int64]int64{}}
	for _, other := range others {
		if other != c.Server {
			d.places = append(d.places, c.At(other))
		}
	}
	for of, after := range follows {
		d.logs[of] = &log{after: after, ahead: map[int64]checker.Entry{}}
	}
	d.gone.Go(d.run)
	c.t.Cleanup(d.Stop)
	return d
}

// Stop ends the device, once.
func (d *Device) Stop() {
	d.mu.Lock()
	select {
	case <-d.stop:
	default:
		close(d.stop)
	}
	d.mu.Unlock()
	d.gone.Wait()
}

// run keeps the device connected.
func (d *Device) run() {
	for failed := 0; ; failed++ {
		longest := min(reconnectPause<<(failed/len(d.places)), longestPause)
		pause := longest/2 + rand.N(longest)
		at := d.at.Load()
		s, _, err := d.places[at].dial(d.take, d.patience(), "/chat")
		if err == nil {
			failed = 0
			if wait, advised := d.live(s); advised {
				pause = wait
			}
		}
		d.at.CompareAndSwap(at, (at+1)%int64(len(d.places))) // unless it was moved
		select {
		case <-d.stop:
			return
		case <-time.After(pause):
		}
	}
}

// patience is how long the server may be silent.
func (d *Device) patience() time.Duration {
	if len(d.places) > 1 {
		return deafAfter
	}
	return handshakeWait
}

// live serves one socket until it ends, and returns how long the server advises
// to wait.
func (d *Device) live(s *Socket) (time.Duration, bool) {
	d.Sockets.Add(1)
	d.mu.Lock()
	d.link, d.synced = s, false
	for _, l := range d.logs {
		l.paging = false
	}
	d.mu.Unlock()
	d.sync(s)
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for open := true; open; {
		select {
		case <-ticker.C:
			if len(d.places) > 1 && time.Since(s.Heard()) > deafAfter {
				open = false
				continue
			}
			_ = s.Write(map[string]any{"cmd": args.CmdHeartbeat, "n": s.Counted()}) // a dead link shows in reading
		case <-d.stop:
			s.Close()
			open = false
		case <-s.Closed():
			open = false
		}
	}
	s.Drop()
	d.mu.Lock()
	d.down(s)
	d.mu.Unlock()
	code, text, err := s.AwaitClose(frameWait)
	if err != nil {
		return 0, false
	}
	d.mu.Lock()
	d.closes[code]++
	d.mu.Unlock()
	if code == websocket.CloseServiceRestart {
		ms, err := strconv.Atoi(text)
		if err != nil {
			d.fault("closed with 1012 and no delay but %q", text)
		}
		return time.Duration(ms) * time.Millisecond, true
	}
	return 0, false
}

// down notes that s is dead, and what was on its way; d.mu is held.
func (d *Device) down(s *Socket) {
	if d.link != s {
		return
	}
	d.link, d.synced = nil, false
	for _, p := range d.waiting {
		if p.link == s {
			p.link = nil
			d.Lost.Add(1)
		}
	}
}

// sync asks for what the device has not.
func (d *Device) sync(s *Socket) {
	d.mu.Lock()
	heads := map[model.Address]int64{}
	for of, l := range d.logs {
		heads[of] = l.cursor()
	}
	frame := SyncFrom(d.epoch, heads)
	d.mu.Unlock()
	_ = s.Write(frame) // a dead link shows in reading
}

// Reconnect cuts the socket, without a goodbye.
func (d *Device) Reconnect() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.link != nil {
		d.link.Drop()
	}
}

// Home makes the device use its first server again, if it does not.
func (d *Device) Home() {
	if d.at.Swap(0) == 0 {
		return
	}
	d.mu.Lock()
	link := d.link
	d.mu.Unlock()
	if link != nil {
		link.Close()
	}
}

// Closes counts the codes with which sockets ended; 1006 stands for no goodbye,
// from whichever side.
func (d *Device) Closes() map[int]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.closes)
}

// AwaitUp waits until the device is connected and in sync.
func (d *Device) AwaitUp(limit time.Duration) error {
	timeout := time.After(limit)
	for {
		d.mu.Lock()
		synced, up := d.synced, d.up
		d.mu.Unlock()
		if synced {
			return nil
		}
		select {
		case <-up:
		case <-timeout:
			return fmt.Errorf("%s was not in sync within %s", d.name, limit)
		}
	}
}

func (d *Device) fault(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = append(d.faults, d.name+": "+fmt.Sprintf(format, args...))
}

// Faults are the rules that the server broke towards this device, other than
// those a checker finds.
func (d *Device) Faults() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.faults[:len(d.faults):len(d.faults)]
}
