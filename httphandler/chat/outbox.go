package chat

import (
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"time"

	"ginchat/args"
	logic "ginchat/httphandlerpack/chat"
)

const (
	// writeWait bounds one write call; a client that takes in nothing for so
	// long is gone or far too slow.
	writeWait = 20 * time.Second
	// maxWrite is how many bytes one write call takes at most.
	maxWrite = 64 << 10
	// lingerWait is how long a closed socket may take to say goodbye.
	lingerWait = 2 * time.Second
	// restartSpread is over how long the clients of a node that restarts come back.
	restartSpread = 2 * time.Second
)

// outbox is what a session is still to be told. It has no goroutine while it is
// empty: the first push starts one, which writes all that is queued, each time
// in one call, and ends.
//
//  1. Push MUST NOT block; a full outbox ends its session as too slow.
//  2. Only drain writes to the socket, and there is one drain at a time
//     (writing is true).
//  3. counted MUST grow in the order in which frames are written: a heartbeat
//     answer tells it, and it tells the client what it should have.
type outbox struct {
	conn      net.Conn
	maxFrames int // 0: any number
	maxBytes  int

	mu       sync.Mutex
	room     sync.Cond // something was written, or the session ended
	queue    [][]byte
	bytes    int // queued and being written
	counted  int64
	writing  bool
	holding  bool
	held     []*logic.Frame
	ended    bool
	goodbye  []byte        // the close frame
	finished chan struct{} // closed when nothing will be written any more
}

func newOutbox(conn net.Conn, maxFrames, maxBytes int) *outbox {
	o := &outbox{conn: conn, maxFrames: maxFrames, maxBytes: maxBytes, finished: make(chan struct{})}
	o.room.L = &o.mu
	return o
}

// Push queues a frame for the client.
func (o *outbox) Push(f *logic.Frame) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.holding || !f.Counted {
		o.enqueue(f)
	} else if o.maxFrames > 0 && len(o.held) >= o.maxFrames {
		o.end(logic.TooSlow, "")
	} else {
		o.held = append(o.held, f)
	}
}

// enqueue queues a frame if there is room; o.mu is held.
func (o *outbox) enqueue(f *logic.Frame) {
	if o.ended {
		return
	}
	full := o.maxFrames > 0 && len(o.queue) >= o.maxFrames ||
		o.maxBytes > 0 && o.bytes > 0 && o.bytes+len(f.Bytes) > o.maxBytes
	if full {
		o.end(logic.TooSlow, "")
		return
	}
	if f.Counted {
		o.counted++
	}
	o.queue = append(o.queue, f.Bytes)
	o.bytes += len(f.Bytes)
	o.wake()
}

// wake starts the writer unless it is at work; o.mu is held.
func (o *outbox) wake() {
	if !o.writing {
		o.writing = true
		go o.drain()
	}
}

// Heartbeat answers a heartbeat with the number of counted frames before it.
// It reports false when the client claims more than that.
func (o *outbox) Heartbeat(claimed int64, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if claimed > o.counted {
		return false
	}
	o.enqueue(frame(args.Heartbeat{Cmd: args.CmdHeartbeat, N: o.counted, Time: now.UnixMilli()}))
	return true
}

// PushWait queues a frame that the client asked for, once there is room. Only
// the session's reader may call it: it waits for the client's own sake.
func (o *outbox) PushWait(f *logic.Frame) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for !o.ended && (o.maxFrames > 0 && len(o.queue) >= (o.maxFrames+1)/2 || o.maxBytes > 0 && o.bytes > o.maxBytes/2) {
		o.room.Wait()
	}
	o.enqueue(f)
}

// Hold keeps new entries back until Release, so that what a sync reads from the
// log comes first.
func (o *outbox) Hold() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.holding = true
}

// Release lets go of the entries held back, but for those the sync has covered.
func (o *outbox) Release(covered func(conversation, seq int64) bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.holding = false
	for _, f := range o.held {
		if !covered(f.Conversation, f.Seq) {
			o.enqueue(f)
		}
	}
	o.held = nil
}

// End closes the session after what is queued has been written; a client that
// is too slow gets nothing more.
func (o *outbox) End(why logic.Reason) {
	text := ""
	if why == logic.Restarting { // not all at once, or the next node drowns
		text = strconv.FormatInt(rand.Int64N(restartSpread.Milliseconds()), 10)
	}
	o.EndWith(why, text)
}

// EndWith is End with a text for the client.
func (o *outbox) EndWith(why logic.Reason, text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.end(why, text)
}

func (o *outbox) end(why logic.Reason, text string) {
	if o.ended {
		return
	}
	o.ended = true
	o.goodbye = closeFrame(int(why), text)
	o.held = nil
	if why == logic.TooSlow {
		o.queue = nil
	}
	o.conn.SetReadDeadline(time.Now().Add(writeWait + lingerWait))
	o.room.Broadcast()
	o.wake()
}

// Ended reports whether the session is over.
func (o *outbox) Ended() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ended
}

// Expect gives the client until d from now to say something, unless the session
// is over and only its goodbye is awaited.
func (o *outbox) Expect(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended {
		return
	}
	if d == 0 {
		o.conn.SetReadDeadline(time.Time{})
		return
	}
	o.conn.SetReadDeadline(time.Now().Add(d))
}

// drain writes what is queued until nothing is.
func (o *outbox) drain() {
	for {
		buf, last := o.next()
		if buf == nil {
			return
		}
		o.conn.SetWriteDeadline(time.Now().Add(writeWait))
		_, err := o.conn.Write(buf)
		if !o.wrote(len(buf), last, err) {
			return
		}
	}
}

// next takes what one write call shall write: nil when there is nothing, and
// with last the goodbye.
func (o *outbox) next() (buf []byte, last bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, size := 0, 0
	for n < len(o.queue) && (n == 0 || size+len(o.queue[n]) <= maxWrite) {
		size += len(o.queue[n])
		n++
	}
	switch {
	case n == 0 && o.ended:
		return o.goodbye, true
	case n == 0:
		o.writing, o.queue = false, nil // an idle session keeps no buffer
		return nil, false
	case n == 1:
		buf = o.queue[0] // shared with other sessions: written, never changed
	default:
		buf = make([]byte, 0, size)
		for _, f := range o.queue[:n] {
			buf = append(buf, f...)
		}
	}
	o.queue = o.queue[n:]
	return buf, false
}

// wrote notes that n bytes are out, or will never be, and reports whether to go on.
func (o *outbox) wrote(n int, last bool, err error) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bytes -= n
	o.room.Broadcast()
	if !last && err == nil {
		return true
	}
	o.ended = true
	close(o.finished)
	if err != nil {
		o.conn.Close() // the reader finds out and cleans up
	} else {
		o.conn.SetReadDeadline(time.Now().Add(lingerWait))
	}
	return false
}

// Abandon ends a session whose client is gone or has been told goodbye already.
func (o *outbox) Abandon() {
	o.conn.Close()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.writing {
		return // drain fails now, and finishes
	}
	if !o.ended {
		o.ended = true
		o.writing = true // for ever: nothing starts a writer any more
		o.room.Broadcast()
		close(o.finished)
	}
}
