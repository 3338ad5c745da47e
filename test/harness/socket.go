package harness

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ginchat/args"
	"ginchat/model"

	"github.com/gorilla/websocket"
)

const (
	// frameWait is how long a test waits for a frame that has to come.
	frameWait = 10 * time.Second
	// handshakeWait is how long opening a socket may take.
	handshakeWait = 10 * time.Second
)

// Socket is one WebSocket. What it reads goes into a log that any goroutine may
// search; a socket made by a Device hands it to the device instead.
type Socket struct {
	conn    *websocket.Conn
	take    func(Frame)
	writing sync.Mutex
	counted atomic.Int64
	heard   atomic.Pointer[time.Time] // when something came last

	mu      sync.Mutex
	frames  []Frame
	changed chan struct{} // closed and renewed when frames grows
	closed  chan struct{} // closed when nothing more comes
	err     error         // why
}

// TryDial opens a socket as the client, by Bearer header or else by cookie with
// the server's own Origin. header adds or replaces headers, an empty value
// removes one. The response is what refused the upgrade, if anything did.
func (c *Client) TryDial(path string, header ...string) (*Socket, *http.Response, error) {
	return c.dial(nil, handshakeWait, path, header...)
}

func (c *Client) dial(take func(Frame), within time.Duration, path string, header ...string) (*Socket, *http.Response, error) {
	h := http.Header{}
	dialer := websocket.Dialer{HandshakeTimeout: within, NetDialContext: c.dialer.DialContext}
	if c.Token != "" {
		h.Set("Authorization", "Bearer "+c.Token)
	} else {
		dialer.Jar = c.http.Jar
		h.Set("Origin", "http://"+c.Server.Host())
	}
	for i := 0; i+1 < len(header); i += 2 {
		h.Del(header[i])
		if header[i+1] != "" {
			h.Set(header[i], header[i+1])
		}
	}
	conn, response, err := dialer.Dial("ws"+strings.TrimPrefix(c.Server.URL(path), "http"), h)
	if err != nil {
		return nil, response, err
	}
	s := &Socket{conn: conn, take: take, changed: make(chan struct{}), closed: make(chan struct{})}
	if take == nil {
		s.take = s.keep
	}
	now := time.Now()
	s.heard.Store(&now)
	go s.read()
	return s, response, nil
}

// Dial opens a socket, which has to succeed; t's end closes it.
func (c *Client) Dial() *Socket {
	c.t.Helper()
	s, _, err := c.TryDial("/chat")
	if err != nil {
		c.t.Fatalf("open a socket: %v", err)
	}
	c.t.Cleanup(s.Close)
	return s
}

func (s *Socket) read() {
	for {
		_, data, err := s.conn.ReadMessage()
		if err != nil {
			s.mu.Lock()
			s.err = err
			s.mu.Unlock()
			close(s.closed)
			return
		}
		f := Frame{At: time.Now(), Raw: data}
		s.heard.Store(&f.At)
		if err := json.Unmarshal(data, &f); err != nil {
			f.Cmd = -1 // no test expects it
		}
		if f.Counted() {
			s.counted.Add(1)
		}
		s.take(f)
	}
}

func (s *Socket) keep(f Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frames = append(s.frames, f)
	close(s.changed)
	s.changed = make(chan struct{})
}

// Write sends v as one text frame.
func (s *Socket) Write(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.WriteRaw(websocket.TextMessage, data)
}

// WriteRaw sends one message of a WebSocket kind.
func (s *Socket) WriteRaw(kind int, data []byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.conn.SetWriteDeadline(time.Now().Add(frameWait)); err != nil {
		return err
	}
	return s.conn.WriteMessage(kind, data)
}

// Conn is the connection below, for tests that break the rules.
func (s *Socket) Conn() net.Conn { return s.conn.NetConn() }

// Frames returns what has come so far.
func (s *Socket) Frames() []Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.frames[:len(s.frames):len(s.frames)]
}

// Counted is how many log entries have come.
func (s *Socket) Counted() int64 { return s.counted.Load() }

// Await returns the first frame, from number begin on, that match likes, and the
// number of the one after it.
func (s *Socket) Await(begin int, match func(*Frame) bool) (Frame, int, error) {
	return s.AwaitFor(frameWait, begin, match)
}

// AwaitFor is Await with a time limit of its own.
func (s *Socket) AwaitFor(limit time.Duration, begin int, match func(*Frame) bool) (Frame, int, error) {
	timeout := time.After(limit)
	for {
		s.mu.Lock()
		frames, changed := s.frames, s.changed
		s.mu.Unlock()
		for ; begin < len(frames); begin++ {
			if match(&frames[begin]) {
				return frames[begin], begin + 1, nil
			}
		}
		select {
		case <-changed:
		case <-s.closed:
			if len(s.Frames()) == begin {
				return Frame{}, begin, fmt.Errorf("the socket closed: %w", s.Err())
			}
		case <-timeout:
			return Frame{}, begin, fmt.Errorf("no such frame within %s; the last of %d are %s", limit, len(frames), tail(frames))
		}
	}
}

func tail(frames []Frame) string {
	var texts []string
	for _, f := range frames[max(0, len(frames)-5):] {
		texts = append(texts, string(f.Raw))
	}
	return strings.Join(texts, " ")
}

// Send sends a text and returns the ack or refusal.
func (s *Socket) Send(to model.Address, msgid, content string) (Frame, error) {
	begin := len(s.Frames())
	if err := s.Write(Text(to, msgid, content)); err != nil {
		return Frame{}, err
	}
	f, _, err := s.Await(begin, func(f *Frame) bool { return f.Answers(msgid) })
	return f, err
}

// Heartbeat tells the server how many entries have come and compares with what
// the server has sent. Nothing else may be on its way to the socket.
func (s *Socket) Heartbeat() error {
	begin := len(s.Frames())
	if err := s.Write(map[string]any{"cmd": args.CmdHeartbeat, "n": s.Counted()}); err != nil {
		return err
	}
	f, _, err := s.Await(begin, func(f *Frame) bool { return f.Cmd == args.CmdHeartbeat })
	if err != nil {
		return err
	}
	if f.N == nil || *f.N != s.Counted() {
		return fmt.Errorf("the server says %s, %d entries have come", f.Raw, s.Counted())
	}
	return nil
}

// Sync asks for what comes after heads and returns the entries that came until
// the answer, live ones included, and the answer.
func (s *Socket) Sync(epoch string, heads map[model.Address]int64) (entries []Frame, answer Frame, err error) {
	begin := len(s.Frames())
	if err := s.Write(SyncFrom(epoch, heads)); err != nil {
		return nil, Frame{}, err
	}
	answer, end, err := s.Await(begin, func(f *Frame) bool { return f.Cmd == args.CmdSync })
	for _, f := range s.Frames()[begin:end] {
		if f.Counted() {
			entries = append(entries, f)
		}
	}
	return entries, answer, err
}

// Close closes the socket as a page does that goes away.
func (s *Socket) Close() {
	goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = s.WriteRaw(websocket.CloseMessage, goodbye) // it may be closed already
	select {
	case <-s.closed:
	case <-time.After(time.Second):
	}
	s.conn.Close()
}

// Drop cuts the connection without a goodbye.
func (s *Socket) Drop() { s.conn.Close() }

// Heard is when something came last.
func (s *Socket) Heard() time.Time { return *s.heard.Load() }

// Closed is closed when nothing more comes from the server.
func (s *Socket) Closed() <-chan struct{} { return s.closed }

// Err is why reading ended; nil while it goes on.
func (s *Socket) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// AwaitClose waits until the server has closed the socket and returns its close
// code and text; 1006 stands for no goodbye.
func (s *Socket) AwaitClose(limit time.Duration) (code int, text string, err error) {
	select {
	case <-s.closed:
	case <-time.After(limit):
		return 0, "", fmt.Errorf("the socket was not closed within %s", limit)
	}
	var closed *websocket.CloseError
	if errors.As(s.Err(), &closed) {
		return closed.Code, closed.Text, nil
	}
	return websocket.CloseAbnormalClosure, "", nil
}
