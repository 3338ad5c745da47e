package harness

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// Direction is one of the two ways through a Proxy.
type Direction int

const (
	Forth Direction = iota // from who dials to the target
	Back
)

// Proxy stands on one TCP link, so that a test can break the link while both
// ends live.
type Proxy struct {
	target   string
	listener net.Listener

	mu      sync.Mutex
	refuses bool
	ways    [2]way
	turned  chan struct{} // closed and renewed when ways change
	links   map[*link]struct{}
}

// way is how the bytes of one direction fare.
type way struct {
	swallow bool
	delay   time.Duration // of each read
	rate    int           // bytes per second, 0 for any
}

// link is one connection through the proxy.
type link struct {
	near, far net.Conn // far is nil while bytes to the target are swallowed
	damaged   [2]bool  // something was swallowed, so the streams fit together no more
}

// NewProxy starts a proxy before target on a free port of 127.0.0.1. t's end
// stops it.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{target: target, listener: listener, turned: make(chan struct{}), links: map[*link]struct{}{}}
	go p.accept()
	t.Cleanup(func() {
		listener.Close()
		p.Reset()
	})
	return p
}

// Addr is host:port of the proxy.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Port is the port of the proxy.
func (p *Proxy) Port() int { return p.listener.Addr().(*net.TCPAddr).Port }

// Target is host:port of what the proxy stands before.
func (p *Proxy) Target() string { return p.target }

// Pass heals the link. Connections of which something was swallowed are reset.
func (p *Proxy) Pass() { p.set(false, way{}, Forth, Back) }

// BlackHole swallows what goes in these directions, both when none is named, the
// end of a connection included. Connections stay open, and new ones seem to.
func (p *Proxy) BlackHole(directions ...Direction) { p.set(false, way{swallow: true}, directions...) }

// Delay makes each piece wait before it goes on.
func (p *Proxy) Delay(by time.Duration, directions ...Direction) {
	p.set(false, way{delay: by}, directions...)
}

// Throttle lets through so many bytes per second and connection.
func (p *Proxy) Throttle(rate int, directions ...Direction) {
	p.set(false, way{rate: rate}, directions...)
}

// Reset resets all connections, and new ones until Pass.
func (p *Proxy) Reset() {
	p.set(true, way{}, Forth, Back)
	p.Cut()
}

// Cut resets all connections; new ones are let through.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.reset()
	}
}

func (p *Proxy) set(refuses bool, w way, directions ...Direction) {
	if len(directions) == 0 {
		directions = []Direction{Forth, Back}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuses = refuses
	for _, d := range directions {
		p.ways[d] = w
	}
	for l := range p.links {
		if l.damaged[Forth] && !p.ways[Forth].swallow || l.damaged[Back] && !p.ways[Back].swallow {
			l.reset()
		}
	}
	close(p.turned)
	p.turned = make(chan struct{})
}

func (p *Proxy) way(d Direction) (way, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ways[d], p.turned
}

func (p *Proxy) accept() {
	for {
		near, err := p.listener.Accept()
		if err != nil {
			return
		}
		l := &link{near: near}
		p.mu.Lock()
		refuses, lost := p.refuses, p.ways[Forth].swallow
		p.links[l] = struct{}{}
		l.damaged[Forth] = lost
		p.mu.Unlock()
		if refuses {
			p.end(l)
			continue
		}
		go p.serve(l, lost)
	}
}

// serve carries bytes until both directions have ended.
func (p *Proxy) serve(l *link, lost bool) {
	defer p.end(l)
	if lost {
		_, _ = io.Copy(io.Discard, l.near) // until it gives up, or is reset
		return
	}
	far, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	p.mu.Lock()
	l.far = far
	_, known := p.links[l]
	p.mu.Unlock()
	if !known {
		return
	}
	// A proxy is no place for bytes to rest: who writes shall feel a slow reader.
	_ = far.(*net.TCPConn).SetReadBuffer(16 << 10)
	var both sync.WaitGroup
	both.Go(func() { p.carry(l, l.near, far, Forth) })
	both.Go(func() { p.carry(l, far, l.near, Back) })
	both.Wait()
}

// carry moves bytes in one direction until they end.
func (p *Proxy) carry(l *link, from, to net.Conn, d Direction) {
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 && !p.pass(l, to, buf[:n], d) {
			return
		}
		if err == nil {
			continue
		}
		for w, turned := p.way(d); w.swallow; w, turned = p.way(d) {
			p.damage(l, d)
			<-turned
		}
		if !errors.Is(err, io.EOF) || to.(*net.TCPConn).CloseWrite() != nil {
			p.reset(l)
		}
		return
	}
}

// pass treats one piece as the direction's bytes are treated now; false when the
// connection has ended.
func (p *Proxy) pass(l *link, to net.Conn, piece []byte, d Direction) bool {
	w, _ := p.way(d)
	time.Sleep(w.delay)
	for len(piece) > 0 {
		w, turned := p.way(d)
		if w.swallow {
			p.damage(l, d)
			return true
		}
		some := piece
		if w.rate > 0 {
			some = piece[:min(len(piece), max(1, w.rate/20))]
		}
		if _, err := to.Write(some); err != nil {
			p.reset(l)
			return false
		}
		piece = piece[len(some):]
		if w.rate > 0 {
			select {
			case <-turned:
			case <-time.After(time.Second * time.Duration(len(some)) / time.Duration(w.rate)):
			}
		}
	}
	return true
}

func (p *Proxy) damage(l *link, d Direction) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l.damaged[d] = true
}

func (p *Proxy) reset(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l.reset()
}

func (p *Proxy) end(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.links, l)
	l.reset()
}

// reset ends the connection without a goodbye; the proxy's lock is held.
func (l *link) reset() {
	for _, conn := range [...]net.Conn{l.near, l.far} {
		if conn != nil {
			_ = conn.(*net.TCPConn).SetLinger(0) // it may be closed already
			conn.Close()
		}
	}
}
