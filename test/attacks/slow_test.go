package attacks

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"ginchat/test/harness"

	"github.com/gorilla/websocket"
)

// TestReaderThatStops opens sockets that never read again while a community
// talks on (S27): the server must give them up, and not keep what they miss.
func TestReaderThatStops(t *testing.T) {
	t.Parallel()
	w := newWorld(t, harness.Flags("--server.heart_beat=0"))
	owner, lazy, reader := w.person(t), w.person(t), w.person(t)
	id := owner.found(t)
	for _, p := range []*person{lazy, reader} {
		p.post(t, "/contact/joincommunity", "dstid", id).want(t, http.StatusOK)
	}
	var asleep []*wire
	for range 10 {
		socket, _ := lazy.wire(t)
		if err := socket.Conn.(*net.TCPConn).SetReadBuffer(64 << 10); err != nil {
			t.Fatal(err)
		}
		asleep = append(asleep, socket)
	}
	ear := reader.dial(t)
	if !online(t, owner, id, lazy) {
		t.Error("the sleepers are offline from the start")
	}
	before := residentMiB(t, w)
	// 1,200 texts of 8 KB are 10 MB to each reader, ten times what an outbox holds
	// and more than the system keeps for a socket.
	text := strings.Repeat("z", 8000)
	var senders sync.WaitGroup
	for range 4 {
		senders.Go(func() {
			for range 300 {
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
	if grown := peakMiB(t, w) - before; grown > 128 {
		t.Errorf("the server grew by %d MiB", grown)
	}
	t.Logf("10 sleepers, 10 MB each: memory %d MiB before, %d MiB after, %d MiB at most", before, residentMiB(t, w), peakMiB(t, w))
	gone := time.Now()
	for online(t, owner, id, lazy) {
		if time.Since(gone) > 30*time.Second {
			t.Fatal("30 s later the server still takes them for readers")
		}
		time.Sleep(100 * time.Millisecond)
	}
	for _, socket := range asleep {
		// Who wakes up reads what had been written, then that it was too slow, or
		// finds the connection gone.
		if code := socket.closeCode(t); code != 4001 && code != -1 {
			t.Errorf("closed with %d, want 4001", code)
		}
	}
}

// online tells whether p has a socket, as a fellow member sees it.
func online(t *testing.T, fellow *person, community int64, p *person) bool {
	t.Helper()
	var members []struct {
		ID     int64
		Online int
	}
	fellow.post(t, "/contact/members", "dstid", community).want(t, http.StatusOK).rows(t, &members)
	for _, m := range members {
		if m.ID == p.ID {
			return m.Online == 1
		}
	}
	t.Fatalf("user %d is no member", p.ID)
	return false
}

// TestSilence says nothing on one socket, and anything at all on others.
func TestSilence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, harness.Flags("--server.heart_beat=2"))
	p := w.person(t)
	silent, beating, pinging := p.dial(t), p.dial(t), p.dial(t)
	for range 8 {
		time.Sleep(500 * time.Millisecond)
		beating.send(t, fields{"cmd": 0})
		if err := pinging.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
	}
	if code := silent.ends(t, patience); code != 4002 {
		t.Errorf("the silent socket closed with %d, want 4002", code)
	}
	beating.settled(t)
	pinging.settled(t)
}
