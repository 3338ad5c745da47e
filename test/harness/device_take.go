package harness

import (
	"fmt"
	"time"

	"ginchat/args"
	"ginchat/model"
	"ginchat/test/checker"
)

// take handles a frame from the server.
func (d *Device) take(f Frame) {
	d.mu.Lock()
	defer d.mu.Unlock()
	link := d.link
	if link == nil {
		return
	}
	switch f.Cmd {
	case args.CmdAck, args.CmdRefused:
		d.answered(&f)
	case args.CmdSync:
		d.syncDone(link, &f)
	case args.CmdRead:
		d.hearsMark(&f)
	case args.CmdHeartbeat:
		if n := link.Counted(); f.N == nil || *f.N != n {
			d.faults = append(d.faults, fmt.Sprintf("%s: the server has counted %s, the device %d", d.name, f.Raw, n))
		}
	default:
		if f.Counted() {
			d.entry(link, &f)
		}
	}
}

// entry takes in a log entry that was pushed.
func (d *Device) entry(link *Socket, f *Frame) {
	of := f.Conversation(d.client.User.ID)
	l := d.logs[of]
	if l == nil {
		return // not followed
	}
	l.arrive(entryOf(&f.Message), f.At)
	// Acks run ahead of deliveries, never behind: whatever is before this entry
	// must be here, own messages included.
	if d.synced && !l.paging && f.Seq > l.cursor() {
		l.holes = append(l.holes, fmt.Sprintf("%d came when %d was the last", f.Seq, l.cursor()))
		d.synced = false
		go d.sync(link)
	}
}

// syncDone takes in the end of a sync.
func (d *Device) syncDone(link *Socket, f *Frame) {
	if d.epoch != "" && d.epoch != f.Epoch {
		d.faults = append(d.faults, fmt.Sprintf("%s: the epoch changed from %s to %s", d.name, d.epoch, f.Epoch))
	}
	d.epoch, d.synced = f.Epoch, true
	for _, h := range f.Heads {
		of := model.Address{Kind: model.Kind(h.Kind), DstID: h.DstID}
		l := d.logs[of]
		if l == nil {
			continue
		}
		switch {
		case h.More:
			if l.paging {
				continue
			}
			l.paging = true
			d.gone.Go(func() { d.page(link, of, l) })
		case l.cursor() < h.Seq && !l.paging:
			l.holes = append(l.holes, fmt.Sprintf("after a sync %d was the last of %d", l.cursor(), h.Seq))
		}
	}
	close(d.up)
	d.up = make(chan struct{})
}

// page reads what a sync left to history.
func (d *Device) page(link *Socket, of model.Address, l *log) {
	for {
		d.mu.Lock()
		after := l.cursor()
		d.mu.Unlock()
		side := "after"
		if after == 0 {
			side, after = "before", 201 // after 0 would mean the newest
		}
		page, last, err := d.places[d.at.Load()].TryHistoryPage(of, side, after)
		if err != nil {
			link.Drop() // the next sync tries again
		}
		d.mu.Lock()
		if d.link != link { // another socket, another sync
			d.mu.Unlock()
			return
		}
		for i := range page {
			l.arrive(entryOf(&page[i]), time.Now())
		}
		done := err != nil || l.cursor() >= last
		if done {
			l.paging = false
		}
		d.mu.Unlock()
		if done {
			return
		}
	}
}

// arrive shows an entry if it is the next one, and keeps it if it is a later one.
func (l *log) arrive(e checker.Entry, at time.Time) {
	if e.Seq <= l.cursor() {
		return
	}
	l.ahead[e.Seq] = e
	l.advance(at)
}

// advance shows what was kept and is next now.
func (l *log) advance(at time.Time) {
	for {
		next, ok := l.ahead[l.cursor()+1]
		if !ok {
			return
		}
		delete(l.ahead, next.Seq)
		l.entries, l.shown = append(l.entries, next), append(l.shown, at)
	}
}

func entryOf(m *args.Message) checker.Entry {
	return checker.Entry{Seq: m.Seq, Sender: m.UserID, MsgID: m.MsgID, Content: m.Content, Event: m.Op != ""}
}
