package harness

import (
	"fmt"
	"strconv"
	"time"

	"ginchat/args"
	"ginchat/model"
	"ginchat/test/checker"
)

// Pending is a message that a device wants to send.
type Pending struct {
	device   *Device
	to       model.Address
	send     checker.Send
	link     *Socket // where it waits for an answer
	written  time.Time
	attempts int
	after    time.Duration // to wait before the next attempt
	answer   chan struct{} // one token an answer
}

// Say sends a text and returns when the server has answered for good, or the
// device stops.
func (d *Device) Say(to model.Address, content string) checker.Outcome {
	return d.Begin(to, content).Wait()
}

// Begin writes a text to the socket, if there is one. Wait sees to the rest. Only
// one goroutine may call it, or order on the socket would mean nothing.
func (d *Device) Begin(to model.Address, content string) *Pending {
	d.mu.Lock()
	d.number++
	msgid := d.name + "-" + strconv.Itoa(d.number)
	p := &Pending{device: d, to: to, answer: make(chan struct{}, 1), send: checker.Send{
		Conversation: to.Name(d.client.User.ID), Device: d.name, Sender: d.client.User.ID, MsgID: msgid, Content: content, Place: d.number}}
	d.sent = append(d.sent, p)
	d.waiting[msgid] = p
	d.mu.Unlock()
	p.transmit()
	return p
}

// transmit writes the message if the device is connected.
func (p *Pending) transmit() {
	d := p.device
	d.mu.Lock()
	link := d.link
	if link == nil || p.send.Outcome != checker.Unknown {
		d.mu.Unlock()
		return
	}
	now := time.Now()
	if p.attempts == 0 {
		p.send.First = now
		p.send.Lane = fmt.Sprintf("%s/%p", d.name, link)
	} else {
		p.send.Lane = ""
	}
	p.attempts++
	p.link, p.written = link, now
	d.mu.Unlock()
	_ = link.Write(Text(p.to, p.send.MsgID, p.send.Content)) // a dead link shows in reading
}

// Wait resends until the server has answered for good, or the device stops.
func (p *Pending) Wait() checker.Outcome {
	d := p.device
	for {
		d.mu.Lock()
		outcome, link, up, after, synced := p.send.Outcome, p.link, d.up, p.after, d.synced
		p.after = 0
		d.mu.Unlock()
		if outcome != checker.Unknown {
			return outcome
		}
		var gone <-chan struct{}
		var pause <-chan time.Time
		switch {
		case after > 0: // refused for now
			pause, up = time.After(after), nil
		case link != nil:
			gone, pause = link.Closed(), time.After(resendAfter)
			up = nil
		case synced: // on a new socket already
			p.transmit()
			continue
		default: // away: wait for the next sync
			pause = time.After(resendAfter)
		}
		select {
		case <-p.answer:
			continue
		case <-gone:
			p.leave(link)
			continue
		case <-up:
		case <-pause:
			if after == 0 && link != nil {
				d.Silent.Add(1)
			}
		case <-d.stop:
			return checker.Unknown
		}
		p.transmit()
	}
}

// leave notes that the socket with the message has died.
func (p *Pending) leave(link *Socket) {
	p.device.mu.Lock()
	defer p.device.mu.Unlock()
	p.device.down(link)
}

// answered takes in an ack or a refusal; d.mu is held.
func (d *Device) answered(f *Frame) {
	p := d.waiting[f.MsgID]
	switch {
	case f.MsgID == "" && f.Retry: // the sync, or a read mark, which is only a hint
		link := d.link
		if d.synced {
			return
		}
		time.AfterFunc(max(time.Duration(f.After)*time.Millisecond, 10*time.Millisecond), func() { d.sync(link) })
		return
	case p == nil:
		d.repeated(f)
		return
	}
	if p.link != nil {
		d.slowest = max(d.slowest, f.At.Sub(p.written))
	}
	p.link = nil
	switch {
	case f.Cmd == args.CmdAck:
		d.served = later(d.served, p.written)
		p.send.Outcome, p.send.AckedAt = checker.Acked, f.At
		p.send.Seqs = append(p.send.Seqs, f.Seq)
		if l := d.logs[p.to]; l != nil {
			l.arrive(checker.Entry{Seq: f.Seq, Sender: p.send.Sender, MsgID: p.send.MsgID, Content: p.send.Content}, f.At)
		}
	case f.Retry:
		d.Retried.Add(1)
		p.after = max(time.Duration(f.After)*time.Millisecond, 10*time.Millisecond)
	default:
		p.send.Outcome = checker.Refused
		d.faults = append(d.faults, fmt.Sprintf("%s: refused: %s", d.name, f.Raw))
	}
	if p.send.Outcome != checker.Unknown {
		delete(d.waiting, f.MsgID)
	}
	select {
	case p.answer <- struct{}{}:
	default:
	}
}

// repeated takes in the answer to a second attempt when the first was answered too.
func (d *Device) repeated(f *Frame) {
	for i := len(d.sent) - 1; i >= 0; i-- {
		if p := d.sent[i]; p.send.MsgID == f.MsgID {
			if f.Cmd == args.CmdAck {
				p.send.Seqs = append(p.send.Seqs, f.Seq)
			}
			return
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Served reports whether the device has had an ack for a send that it wrote after then.
func (d *Device) Served(then time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.served.After(then)
}

// Slowest is the longest time that an answer took.
func (d *Device) Slowest() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.slowest
}

// InFlight is how many sends wait for an answer on the open socket.
func (d *Device) InFlight() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, p := range d.waiting {
		if p.link != nil {
			n++
		}
	}
	return n
}
