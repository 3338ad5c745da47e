package harness

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// soon is when what has to come must be there, and for how long what must not
// come is waited for.
const soon = 300 * time.Millisecond

// A proxy passes bytes, and does to each direction what it is told.
func TestProxy(t *testing.T) {
	p := NewProxy(t, echo(t))
	first := dialProxy(t, p)
	first.says("hello").hears("hello")

	p.Delay(200*time.Millisecond, Back)
	began := time.Now()
	first.says("later").hears("later")
	if took := time.Since(began); took < 200*time.Millisecond {
		t.Errorf("a delayed answer came after %s", took)
	}
	p.Pass()

	p.Throttle(1000, Forth)
	began = time.Now()
	first.says(strings.Repeat("x", 500)).hears(strings.Repeat("x", 500))
	if took := time.Since(began); took < 400*time.Millisecond {
		t.Errorf("500 bytes at 1000 a second took %s", took)
	}
	p.Pass()

	p.BlackHole(Back)
	first.says("lost").hearsNothing()
	late := dialProxy(t, p).says("lost as well").hearsNothing()
	p.Pass()
	first.wantReset()
	late.wantReset()

	second := dialProxy(t, p).says("again").hears("again")
	p.BlackHole(Forth)
	late = dialProxy(t, p).says("lost").hearsNothing()
	second.hearsNothing()
	p.Pass()
	second.says("nothing was swallowed").hears("nothing was swallowed")
	late.wantReset()

	p.Cut()
	second.wantReset()
	third := dialProxy(t, p).says("new").hears("new")
	p.Reset()
	third.wantReset()
	wantRefused(t, p)
	p.Pass()
	dialProxy(t, p).says("healed").hears("healed")
}

// The ends of a connection see each other's end; behind a black hole they do not.
func TestProxyEnds(t *testing.T) {
	p := NewProxy(t, echo(t))
	c := dialProxy(t, p).says("last")
	if err := c.conn.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	c.hears("last")
	if _, err := c.conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("after the other end has closed: %v", err)
	}
	c = dialProxy(t, p).says("first").hears("first")
	p.BlackHole(Forth)
	if err := c.conn.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	c.hearsNothing()
	p.Pass()
	c.wantReset()

	wantRefused(t, NewProxy(t, "127.0.0.1:1")) // where nobody listens
}

// echo starts a server that says what it hears.
func echo(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_, _ = io.Copy(conn, conn) // a reset is what the test wants
			}()
		}
	}()
	return listener.Addr().String()
}

type proxied struct {
	t    *testing.T
	conn *net.TCPConn
}

func dialProxy(t *testing.T, p *Proxy) proxied {
	t.Helper()
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return proxied{t, conn.(*net.TCPConn)}
}

// wantRefused dials: the reset may come that soon, or with the first read.
func wantRefused(t *testing.T, p *Proxy) {
	t.Helper()
	conn, err := net.Dial("tcp", p.Addr())
	if err == nil {
		defer conn.Close()
		proxied{t, conn.(*net.TCPConn)}.wantReset()
	} else if !errors.Is(err, syscall.ECONNRESET) {
		t.Error(err)
	}
}

func (c proxied) says(text string) proxied {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.t.Fatal(err)
	}
	return c
}

func (c proxied) hears(text string) proxied {
	c.t.Helper()
	got := make([]byte, len(text))
	c.wait(10 * time.Second)
	if _, err := io.ReadFull(c.conn, got); err != nil || string(got) != text {
		c.t.Fatalf("heard %q, %v, want %q", got, err, text)
	}
	return c
}

func (c proxied) hearsNothing() proxied {
	c.t.Helper()
	c.wait(soon)
	if n, err := c.conn.Read(make([]byte, 100)); !errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Fatalf("heard %d bytes, %v, want nothing", n, err)
	}
	return c
}

func (c proxied) wantReset() {
	c.t.Helper()
	c.wait(10 * time.Second)
	if n, err := c.conn.Read(make([]byte, 100)); !errors.Is(err, syscall.ECONNRESET) {
		c.t.Errorf("heard %d bytes, %v, want a reset", n, err)
	}
}

func (c proxied) wait(limit time.Duration) {
	c.t.Helper()
	if err := c.conn.SetReadDeadline(time.Now().Add(limit)); err != nil {
		c.t.Fatal(err)
	}
}
