package attacks

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestReaderThatStops opens sockets that never read again while a community
// talks on (S27): the server must give them up, and not keep what they miss.
func TestReaderThatStops(t *testing.T) {
	w := newWorld(t)
	owner, lazy, reader := w.person(t), w.person(t), w.person(t)
	id := owner.found(t)
	for _, p := range []*person{lazy, reader} {
		p.post(t, "/contact/joincommunity", "dstid", id).want(t, http.StatusOK)
	}
	var asleep []*wire
	for range 10 {
		socket, _ := lazy.wire(t)
		if err := socket.Conn.(*net.TCPConn).SetReadBuffer(4096); err != nil {
			t.Fatal(err)
		}
		asleep = append(asleep, socket)
	}
	ear := reader.dial(t)
	before := residentMiB(t, w)
	start := time.Now()
	// 4,000 texts of 8 KB are 32 MB to each reader: far more than an outbox and
	// the sockets' buffers hold.
	text := strings.Repeat("z", 8000)
	var senders sync.WaitGroup
	for range 8 {
		senders.Go(func() {
			for range 500 {
				if owner.say(t, 11, id, text).Status != http.StatusOK {
					t.Error("a send was refused because others do not read")
					return
				}
			}
		})
	}
	senders.Wait()
	last := secretBody()
	owner.say(t, 11, id, last).want(t, http.StatusOK)
	ear.await(t, "the last message", func(m message) bool { return m.Content == last })
	if grown := residentMiB(t, w) - before; grown > 128 {
		t.Errorf("the server grew by %d MiB", grown)
	}
	t.Logf("10 sleepers, 32 MB each: memory %d MiB before, %d MiB after, %d MiB at most", before, residentMiB(t, w), peakMiB(t, w))
	for _, socket := range asleep {
		if err := socket.SetDeadline(start.Add(30*time.Second + time.Since(start))); err != nil {
			t.Fatal(err)
		}
		// Who wakes up reads what had been written, then that it was too slow,
		// or finds the connection gone.
		if code := socket.closeCode(t); code != 4001 && code != -1 {
			t.Errorf("closed with %d, want 4001", code)
		}
	}
}
