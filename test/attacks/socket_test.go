package attacks

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

const patience = 10 * time.Second

// socket is somebody's open WebSocket.
type socket struct {
	p    *person
	conn *websocket.Conn

	mu     sync.Mutex
	frames []message
	raw    []string
	closed int // the close code, -1 for an end without one
	news   chan struct{}
}

// upgrade asks for a WebSocket and returns the answer, and the socket if it opened.
func (w *world) upgrade(p *person, query string, header http.Header) (*socket, *http.Response, error) {
	dialer := websocket.Dialer{HandshakeTimeout: patience, EnableCompression: true}
	conn, response, err := dialer.Dial("ws"+strings.TrimPrefix(w.base, "http")+"/chat"+query, header)
	if err != nil && !errors.Is(err, websocket.ErrBadHandshake) {
		return nil, nil, err
	}
	if err != nil {
		return nil, response, nil
	}
	s := &socket{p: p, conn: conn, news: make(chan struct{}, 1)}
	go s.listen()
	return s, response, nil
}

// dial opens a socket with p's token.
func (p *person) dial(t *testing.T) *socket {
	t.Helper()
	s, response, err := p.w.upgrade(p, "", http.Header{"Authorization": {"Bearer " + p.Token}})
	if err != nil || s == nil {
		t.Fatalf("open a socket: %v, answer %v", err, response)
	}
	t.Cleanup(func() { s.conn.Close() })
	return s
}

func (s *socket) listen() {
	for {
		_, data, err := s.conn.ReadMessage()
		s.mu.Lock()
		if err != nil {
			s.closed = -1
			var closed *websocket.CloseError
			if errors.As(err, &closed) {
				s.closed = closed.Code
			}
			s.mu.Unlock()
			close(s.news)
			return
		}
		var m message
		if json.Unmarshal(data, &m) != nil {
			m = message{Cmd: -1, Content: string(data)}
		}
		s.frames, s.raw = append(s.frames, m), append(s.raw, string(data))
		s.mu.Unlock()
		s.p.w.seen.heard(s.p, "frame", "", string(data))
		select {
		case s.news <- struct{}{}:
		default:
		}
	}
}

// send writes a frame: text as it is, everything else as JSON.
func (s *socket) send(t *testing.T, frame any) {
	t.Helper()
	text, ok := frame.(string)
	if !ok {
		data, err := json.Marshal(frame)
		if err != nil {
			t.Fatal(err)
		}
		text = string(data)
	}
	if err := s.conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		t.Fatalf("write a frame: %v", err)
	}
}

// fields is a frame to send.
type fields map[string]any

// await returns the first frame so far or to come that fits.
func (s *socket) await(t *testing.T, what string, fits func(m message) bool) message {
	t.Helper()
	deadline := time.After(patience)
	for {
		s.mu.Lock()
		for _, m := range s.frames {
			if fits(m) {
				s.mu.Unlock()
				return m
			}
		}
		closed, raw := s.closed, strings.Join(s.raw, "\n")
		s.mu.Unlock()
		if closed != 0 {
			t.Fatalf("the socket closed (%d) instead of getting %s; got:\n%.2000s", closed, what, raw)
		}
		select {
		case <-s.news:
		case <-deadline:
			t.Fatalf("no %s; got:\n%.2000s", what, raw)
		}
	}
}

// answerTo sends a frame and returns its ack or refusal.
func (s *socket) answerTo(t *testing.T, f fields) message {
	t.Helper()
	if _, ok := f["msgid"]; !ok {
		f["msgid"] = nonce()
	}
	s.send(t, f)
	return s.await(t, "answer", func(m message) bool { return (m.Cmd == 1 || m.Cmd == 2) && m.MsgID == f["msgid"] })
}

// settled returns all frames, once those that are under way have come: a
// heartbeat's answer follows what was pushed before it.
func (s *socket) settled(t *testing.T) []message {
	t.Helper()
	s.mu.Lock()
	before := len(s.frames)
	s.mu.Unlock()
	s.send(t, fields{"cmd": 0})
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		s.mu.Lock()
		frames := s.frames
		s.mu.Unlock()
		for _, m := range frames[before:] {
			if m.Cmd == 0 {
				return frames
			}
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("no answer to a heartbeat")
	return nil
}

// ends returns the code the server closes with.
func (s *socket) ends(t *testing.T, within time.Duration) int {
	t.Helper()
	for deadline := time.Now().Add(within); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		s.mu.Lock()
		closed := s.closed
		s.mu.Unlock()
		if closed != 0 {
			return closed
		}
	}
	t.Errorf("the socket was still open after %s", within)
	return 0
}
