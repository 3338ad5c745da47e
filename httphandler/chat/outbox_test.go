package chat

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"ginchat/args"
	logic "ginchat/httphandlerpack/chat"
	"ginchat/model"

	"go.uber.org/goleak"
)

// pipe returns an outbox and its client's end.
func pipe(t *testing.T, maxFrames, maxBytes int) (*outbox, net.Conn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); server.Close() })
	client.SetDeadline(time.Now().Add(20 * time.Second))
	return newOutbox(server, maxFrames, maxBytes), client
}

// next reads one frame as a client does.
func next(t *testing.T, conn net.Conn) (opcode byte, payload string) {
	t.Helper()
	head := make([]byte, 2)
	if _, err := io.ReadFull(conn, head); err != nil {
		t.Fatal(err)
	}
	length := int(head[1])
	if length == 126 {
		long := make([]byte, 2)
		if _, err := io.ReadFull(conn, long); err != nil {
			t.Fatal(err)
		}
		length = int(binary.BigEndian.Uint16(long))
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(conn, body); err != nil {
		t.Fatal(err)
	}
	return head[0], string(body)
}

func counted(seq int64) *logic.Frame {
	f := frame(map[string]int64{"seq": seq})
	f.Counted, f.Conversation, f.Seq = true, 1, seq
	return f
}

func TestOutboxWritesInOrderAndRests(t *testing.T) {
	before := goleak.IgnoreCurrent()
	o, client := pipe(t, 0, 0)
	for i := range int64(100) {
		o.Push(counted(i))
	}
	for i := range 100 {
		if _, got := next(t, client); got != fmt.Sprintf(`{"seq":%d}`, i) {
			t.Fatalf("frame %d is %s", i, got)
		}
	}
	goleak.VerifyNone(t, before) // an idle outbox has no goroutine
}

func TestHeartbeatTellsWhatWasWritten(t *testing.T) {
	o, client := pipe(t, 0, 0)
	o.Push(counted(1))
	o.Push(frame(args.Refused{Cmd: args.CmdRefused}))
	if !o.Heartbeat(1, time.Now()) {
		t.Error("a true claim is refused")
	}
	if o.Heartbeat(2, time.Now()) {
		t.Error("a claim of more than was written is believed")
	}
	next(t, client)
	next(t, client)
	_, got := next(t, client)
	var beat args.Heartbeat
	if err := json.Unmarshal([]byte(got), &beat); err != nil || beat.N != 1 {
		t.Errorf("heartbeat %s, want n 1", got)
	}
}

func TestFullOutboxEndsAsTooSlow(t *testing.T) {
	for name, limits := range map[string][2]int{"frames": {4, 0}, "bytes": {0, 100}} {
		t.Run(name, func(t *testing.T) {
			o, client := pipe(t, limits[0], limits[1])
			o.mu.Lock()
			o.writing = true // as if a write were stuck
			o.mu.Unlock()
			for i := range int64(50) {
				o.Push(counted(i))
			}
			if !o.Ended() {
				t.Fatal("fifty frames fit")
			}
			if n := len(o.queue); n != 0 {
				t.Errorf("%d frames still kept for a client that is too slow", n)
			}
			go o.drain()
			opcode, payload := next(t, client)
			if code := binary.BigEndian.Uint16([]byte(payload)); opcode != 0x88 || code != uint16(logic.TooSlow) {
				t.Errorf("frame %x %d, want a close with %d", opcode, code, logic.TooSlow)
			}
			<-o.finished
		})
	}
}

func TestEndWritesWhatIsQueuedFirst(t *testing.T) {
	o, client := pipe(t, 0, 0)
	o.Push(counted(1))
	o.End(logic.Restarting)
	o.End(logic.LoginEnded) // the first reason stays
	o.Push(counted(2))      // nothing after the goodbye
	if _, got := next(t, client); got != `{"seq":1}` {
		t.Errorf("first frame %s", got)
	}
	opcode, payload := next(t, client)
	if code := binary.BigEndian.Uint16([]byte(payload)); opcode != 0x88 || code != uint16(logic.Restarting) {
		t.Errorf("frame %x with code %d, want 1012", opcode, code)
	}
	if delay := payload[2:]; delay == "" || strings.Trim(delay, "0123456789") != "" {
		t.Errorf("the reason is %q, want milliseconds", delay)
	}
}

func TestHeldEntriesFollowTheSync(t *testing.T) {
	o, client := pipe(t, 0, 0)
	o.Hold()
	for seq := range int64(4) {
		o.Push(counted(seq + 5)) // live, while the sync reads up to 6
	}
	o.PushWait(counted(4))
	o.PushWait(counted(5))
	o.PushWait(counted(6))
	o.Release(func(_, seq int64) bool { return seq <= 6 })
	for want := int64(4); want <= 8; want++ {
		if _, got := next(t, client); got != fmt.Sprintf(`{"seq":%d}`, want) {
			t.Fatalf("got %s, want seq %d", got, want)
		}
	}
	if !o.Heartbeat(5, time.Now()) || o.Heartbeat(6, time.Now()) {
		t.Error("five frames were written, and the count says otherwise")
	}
}

func TestPushWaitWaitsForRoom(t *testing.T) {
	o, client := pipe(t, 4, 0)
	go func() {
		for seq := range int64(1000) {
			o.PushWait(counted(seq))
		}
	}()
	for want := range 1000 {
		if _, got := next(t, client); got != fmt.Sprintf(`{"seq":%d}`, want) {
			t.Fatalf("got %s, want seq %d", got, want)
		}
	}
	if o.Ended() {
		t.Error("a sync ended its own session")
	}
}

func TestFrameHeaders(t *testing.T) {
	for _, n := range []int{0, 125, 126, 65535, 65536} {
		h := header(1, n)
		want := map[int]int{0: 2, 125: 2, 126: 4, 65535: 4, 65536: 10}[n]
		if len(h) != want || h[0] != 0x81 {
			t.Errorf("header of %d bytes is %x", n, h)
		}
	}
}

func BenchmarkEncodeEntry(b *testing.B) {
	m := &model.Message{Seq: 17, SenderID: 3, MsgID: "01J00000000000000000000000", Draft: model.Draft{Media: 1, Content: strings.Repeat("hello ", 12)}, SentAt: 1}
	for b.Loop() {
		Encoder{}.Entry(m, model.Parties{Low: 3, High: 9})
	}
}
