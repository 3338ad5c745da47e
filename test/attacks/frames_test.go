package attacks

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// wire is a WebSocket without a library: it can write what none would.
type wire struct {
	net.Conn
	in *bufio.Reader
}

// wire opens a socket by hand. more are further header lines.
func (p *person) wire(t *testing.T, more ...string) (*wire, *http.Response) {
	t.Helper()
	host := strings.TrimPrefix(p.w.base, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	lines := append([]string{"GET /chat HTTP/1.1", "Host: " + host, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Authorization: Bearer " + p.Token}, more...)
	if _, err := io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(conn)
	response, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("status %d instead of a socket", response.StatusCode)
	}
	return &wire{conn, in}, response
}

// raw returns a frame as it is on the wire. first holds FIN, the reserved bits
// and the opcode.
func raw(first byte, masked bool, payload []byte) []byte {
	frame := []byte{first}
	mask := byte(0)
	if masked {
		mask = 0x80
	}
	switch {
	case len(payload) < 126:
		frame = append(frame, mask|byte(len(payload)))
	case len(payload) < 1<<16:
		frame = binary.BigEndian.AppendUint16(append(frame, mask|126), uint16(len(payload)))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, mask|127), uint64(len(payload)))
	}
	if masked {
		frame = append(frame, 0, 0, 0, 0) // a mask of zeros leaves the payload as it is
	}
	return append(frame, payload...)
}

// closeCode reads until the server closes and returns the code, -1 when the
// connection ended without.
func (w *wire) closeCode(t *testing.T) int {
	t.Helper()
	for {
		var head [2]byte
		if _, err := io.ReadFull(w.in, head[:]); err != nil {
			var slow net.Error
			if errors.As(err, &slow) && slow.Timeout() {
				t.Error("the server did not close")
			}
			return -1
		}
		length := uint64(head[1] & 0x7f)
		if length >= 126 {
			size := make([]byte, map[uint64]int{126: 2, 127: 8}[length])
			if _, err := io.ReadFull(w.in, size); err != nil {
				return -1
			}
			length = 0
			for _, b := range size {
				length = length<<8 | uint64(b)
			}
		}
		payload := make([]byte, length)
		if _, err := io.ReadFull(w.in, payload); err != nil {
			return -1
		}
		if head[0]&0xf == 8 && length >= 2 {
			return int(binary.BigEndian.Uint16(payload))
		}
	}
}

const (
	text, binaryData, ping = 0x81, 0x82, 0x89
	textBegins, goesOn     = 0x01, 0x00
)

// TestHostileFrames writes what no client would, while somebody else chats, and
// watches the server's memory (S24, S25).
func TestHostileFrames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mallory, alice, bob := w.person(t), w.person(t), w.person(t)
	alice.befriend(t, bob)
	from, ear := alice.dial(t), bob.dial(t)
	talk := func(t *testing.T) {
		t.Helper()
		said := secretBody()
		from.answerTo(t, fields{"cmd": 10, "dstid": bob.ID, "content": said})
		ear.await(t, "the message", func(m message) bool { return m.Content == said })
	}
	heartbeat := []byte(`{"cmd":0}`)
	tests := []struct {
		name  string
		write func(*wire) error
		code  int
	}{
		{"frame limit + 1", once(raw(text, true, make([]byte, 64<<10+1))), 1009},
		{"frame of 8 MiB", once(raw(text, true, make([]byte, 8<<20))), 1009},
		{"frame that claims 2^62 bytes", once(append([]byte{text, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, make([]byte, 1000)...)), 1009},
		{"frame that claims 2^63 bytes", once(append([]byte{text, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, make([]byte, 1000)...)), -1}, // it cannot be right: just gone
		{"fragments without end", fragments(4096, 1<<12), 1009},
		{"unmasked", once(raw(text, false, heartbeat)), 1002},
		{"RSV1, as if compressed", once(raw(text|0x40, true, heartbeat)), 1002},
		{"RSV2", once(raw(text|0x20, true, heartbeat)), 1002},
		{"RSV3", once(raw(text|0x10, true, heartbeat)), 1002},
		{"reserved opcode", once(raw(0x83, true, heartbeat)), 1002},
		{"reserved control opcode", once(raw(0x8b, true, nil)), 1002},
		{"continuation of nothing", once(raw(0x80, true, heartbeat)), 1002},
		{"text within fragments", once(append(raw(textBegins, true, []byte("{")), raw(text, true, heartbeat)...)), 1002},
		{"ping of 126 bytes", once(raw(ping, true, make([]byte, 126))), 1002},
		{"ping in fragments", once(raw(0x09, true, nil)), 1002},
		{"close code 1005", once(raw(0x88, true, []byte{3, 0xed})), 1002},
		{"binary", once(raw(binaryData, true, heartbeat)), 1003},
		{"bad UTF-8", once(raw(text, true, []byte("{\"cmd\":0,\"x\":\"\xff\xfe\"}"))), 1007},
		{"half a character", once(raw(text, true, []byte("\"\xe4\xbd"))), 1007},
		{"surrogate in UTF-8", once(raw(text, true, []byte("\"\xed\xa0\x80\""))), 1007},
		{"ping flood", flood(raw(ping, true, []byte("x")), 50_000), 4504},
		{"pong flood", flood(raw(0x8a, true, nil), 50_000), 4504},
		{"heartbeat flood", flood(raw(text, true, heartbeat), 30_000), 4504},
		{"rubbish flood", flood(raw(text, true, []byte("{")), 30_000), 4504},
		{"sync flood", flood(raw(text, true, []byte(`{"cmd":3,"heads":[]}`)), 2_000), 4504},
	}
	talk(t)
	before := residentMiB(t, w)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 {
				socket, _ := mallory.wire(t)
				// The server may close long before all is written.
				go func() { _ = tt.write(socket) }()
				if code := socket.closeCode(t); code != tt.code {
					t.Errorf("closed with %d, want %d", code, tt.code)
				}
				socket.Close()
			}
			talk(t)
		})
	}
	if after := residentMiB(t, w); after > before+64 {
		t.Errorf("the server grew from %d to %d MiB", before, after)
	}
	t.Run("many fragments at once", func(t *testing.T) {
		before := residentMiB(t, w)
		begun := append(raw(textBegins, true, make([]byte, 60_000)), raw(goesOn, true, nil)...)
		for range 20 {
			socket, _ := mallory.wire(t)
			if _, err := socket.Write(begun); err != nil {
				t.Fatal(err)
			}
		}
		talk(t)
		if after := residentMiB(t, w); after > before+64 {
			t.Errorf("the server grew from %d to %d MiB", before, after)
		}
	})
	t.Run("compression is not negotiated", func(t *testing.T) {
		p := w.person(t)
		for _, offer := range []string{"permessage-deflate", "permessage-deflate; client_max_window_bits", "x-webkit-deflate-frame"} {
			_, response := p.wire(t, "Sec-WebSocket-Extensions: "+offer)
			if taken := response.Header.Get("Sec-WebSocket-Extensions"); taken != "" {
				t.Errorf("offered %q, taken %q", offer, taken)
			}
		}
	})
}

func once(frame []byte) func(*wire) error {
	return func(w *wire) error { _, err := w.Write(frame); return err }
}

func flood(frame []byte, n int) func(*wire) error {
	return func(w *wire) error {
		out := bufio.NewWriterSize(w, 64<<10)
		for range n {
			if _, err := out.Write(frame); err != nil {
				return err
			}
		}
		return out.Flush()
	}
}

func fragments(size, n int) func(*wire) error {
	return func(w *wire) error {
		if _, err := w.Write(raw(textBegins, true, make([]byte, size))); err != nil {
			return err
		}
		return flood(raw(goesOn, true, make([]byte, size)), n)(w)
	}
}

// hostileJSON sends frames and bodies that are bad JSON, or JSON to trip over.
func hostileJSON(t *testing.T, w *world) {
	alice, bob := w.person(t), w.person(t)
	alice.befriend(t, bob)
	tests := []struct{ name, frame string }{
		{"nothing", ""}, {"null", "null"}, {"number", "7"}, {"string", `"x"`}, {"array", "[]"}, {"no cmd", "{}"}, {"two values", `{"cmd":0}{"cmd":0}`},
		{"60,000 [", strings.Repeat("[", 60_000)}, {"nested value", `{"cmd":0,"x":` + strings.Repeat("[", 50_000)},
		{"nested objects", strings.Repeat(`{"a":`, 12_000)}, {"closed nesting", `{"cmd":0,"heads":` + strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000) + "}"},
		{"cmd as text", `{"cmd":"0"}`}, {"cmd as float", `{"cmd":0.5}`}, {"cmd 2^63", `{"cmd":9223372036854775808}`}, {"cmd -1", `{"cmd":-1}`},
		{"cmd 1e1", `{"cmd":1e1}`}, {"cmd null", `{"cmd":null}`}, {"cmd list", `{"cmd":[10]}`}, {"cmd 1", `{"cmd":1}`}, {"cmd 2", `{"cmd":2}`},
		{"cmd 13", `{"cmd":13}`}, {"cmd 2^31", `{"cmd":2147483648}`}, {"cmd 7", `{"cmd":7}`}, {"cmd 8", `{"cmd":8}`},
		{"n 2^63", `{"cmd":0,"n":9223372036854775808}`}, {"n -1", `{"cmd":0,"n":-1}`}, {"n 0.1", `{"cmd":0,"n":0.1}`}, {"n NaN", `{"cmd":0,"n":NaN}`},
		{"dstid 2^63", `{"cmd":10,"dstid":9223372036854775808,"content":"x"}`}, {"dstid -1", `{"cmd":10,"dstid":-1,"content":"x"}`},
		{"dstid 1.5", `{"cmd":10,"dstid":1.5,"content":"x"}`}, {"dstid text", `{"cmd":10,"dstid":"1","content":"x"}`}, {"dstid 0", `{"cmd":11,"dstid":0,"content":"x"}`},
		{"media 5", `{"cmd":10,"dstid":1,"media":5,"content":"x"}`}, {"media 2^31", `{"cmd":10,"dstid":1,"media":2147483648,"content":"x"}`},
		{"amount -1", `{"cmd":10,"dstid":1,"content":"x","amount":-1}`}, {"reply -1", `{"cmd":10,"dstid":1,"content":"x","reply":-1}`},
		{"content as object", `{"cmd":10,"dstid":1,"content":{"a":1}}`}, {"NUL", `{"cmd":10,"dstid":1,"content":"a\u0000b"}`},
		{"crc -1", `{"cmd":10,"dstid":1,"content":"x","crc":-1}`}, {"crc 2^32", `{"cmd":10,"dstid":1,"content":"x","crc":4294967296}`},
		{"heads of a text", `{"cmd":3,"heads":"x"}`}, {"head -1", `{"cmd":3,"heads":[{"kind":10,"dstid":1,"seq":-1}]}`},
		{"head of kind 12", `{"cmd":3,"heads":[{"kind":12,"dstid":1,"seq":0}]}`}, {"head null", `{"cmd":3,"heads":[null]}`},
		{"1,500 heads", `{"cmd":3,"heads":[` + strings.TrimSuffix(strings.Repeat(`{"kind":10,"dstid":1,"seq":0},`, 1500), ",") + `]}`},
		{"read of kind 0", `{"cmd":4,"dstid":1,"seq":1}`}, {"read beyond", `{"cmd":4,"kind":10,"dstid":1,"seq":99}`}, {"read -1", `{"cmd":4,"kind":10,"dstid":1,"seq":-1}`},
		{"comment", `{"cmd":0/**/}`}, {"trailing comma", `{"cmd":0,}`}, {"single quotes", `{'cmd':0}`}, {"byte order mark", "\ufeff{\"cmd\":0}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := alice.dial(t)
			s.send(t, strings.ReplaceAll(tt.frame, `"dstid":1,`, fmt.Sprintf(`"dstid":%d,`, bob.ID)))
			refusal := s.await(t, "refusal", func(m message) bool { return m.Cmd == 2 })
			if refusal.Retry || refusal.Error != "invalid" && refusal.Error != "too_large" {
				t.Errorf("got %+v", refusal)
			}
			if frames := s.settled(t); len(frames) != 2 {
				t.Errorf("got %d frames, want the refusal and the heartbeat's answer: %+v", len(frames), frames)
			}
			s.conn.Close()
		})
	}
	t.Run("duplicate keys", func(t *testing.T) {
		s := alice.dial(t)
		s.send(t, fmt.Sprintf(`{"cmd":0,"cmd":10,"dstid":99999999,"dstid":%d,"msgid":"first","msgid":"last","content":"a","content":"b"}`, bob.ID))
		if ack := s.await(t, "answer", func(m message) bool { return m.Cmd == 1 || m.Cmd == 2 }); ack.Cmd != 1 || ack.MsgID != "last" {
			t.Errorf("got %+v", ack)
		}
	})
	t.Run("bodies", func(t *testing.T) {
		for _, body := range []string{strings.Repeat("[", 100_000), `{"dstid":` + strings.Repeat("[", 100_000), "null", "7", `"x"`, "[]", `{"cmd":10.5,"dstid":1,"content":"x"}`,
			`{"cmd":10,"dstid":9223372036854775808,"content":"x"}`, `{"cmd":10,"dstid":{"a":1},"content":"x"}`, "{\"cmd\":10,\"dstid\":1,\"content\":\"\xff\"}", `{"cmd":10}`, "{}", "{"} {
			r := w.request(t, "POST", "/chat/send", body)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+alice.Token)
			if a := w.do(t, alice, r); a.Status != http.StatusBadRequest {
				t.Errorf("%.80s: status %d: %s", body, a.Status, a.Body)
			}
		}
	})
}
