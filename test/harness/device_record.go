package harness

import (
	"time"

	"ginchat/args"
	"ginchat/model"
	"ginchat/test/checker"
)

// Name is what records call the device.
func (d *Device) Name() string { return d.name }

// Record adds what the device has sent and seen to r.
func (d *Device) Record(r *checker.Record) {
	d.mu.Lock()
	defer d.mu.Unlock()
	self := d.client.User.ID
	for _, p := range d.sent {
		r.Sends = append(r.Sends, p.send)
	}
	for of, l := range d.logs {
		r.Views = append(r.Views, checker.View{Conversation: of.Name(self), Device: d.name, After: l.after,
			Entries: l.entries, Shown: l.shown, Holes: l.holes})
	}
	for of, seq := range d.said {
		r.Marks = append(r.Marks, checker.Mark{Kind: checker.Said, Conversation: of.Name(self), Reader: self, Where: d.name, Seq: seq})
	}
	for of, readers := range d.told {
		for reader, seq := range readers {
			r.Marks = append(r.Marks, checker.Mark{Kind: checker.Told, Conversation: of.Name(self), Reader: reader, Where: d.name, Seq: seq})
		}
	}
}

// Forget begins a new record. Its views begin after lasts, where the log is known
// to end, whatever the device has shown of it.
func (d *Device) Forget(lasts map[model.Address]int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sent, d.faults, d.slowest, d.closes = nil, nil, 0, map[int]int{}
	d.Lost.Store(0)
	d.Silent.Store(0)
	d.Retried.Store(0)
	for of, l := range d.logs {
		l.after, l.entries, l.shown, l.holes = lasts[of], nil, nil, nil
		for seq := range l.ahead {
			if seq <= l.after {
				delete(l.ahead, seq)
			}
		}
		l.advance(time.Now())
	}
}

// Caught reports whether the device has shown the conversation up to seq.
func (d *Device) Caught(of model.Address, seq int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.logs[of]
	return l != nil && l.cursor() >= seq
}

// Read says that the device's user has read all that it shows of a conversation.
func (d *Device) Read(of model.Address) {
	d.mu.Lock()
	link, seq := d.link, d.logs[of].cursor()
	if link != nil {
		d.said[of] = max(d.said[of], seq)
	}
	d.mu.Unlock()
	if link != nil {
		_ = link.Write(map[string]any{"cmd": args.CmdRead, "kind": int(of.Kind), "dstid": of.DstID, "seq": seq}) // a hint; a dead link shows in reading
	}
}

// hearsMark takes in how far somebody has read; d.mu is held.
func (d *Device) hearsMark(f *Frame) {
	of := model.Address{Kind: model.Kind(f.Kind), DstID: f.DstID}
	if d.told[of] == nil {
		d.told[of] = map[int64]int64{}
	}
	d.told[of][f.UserID] = max(d.told[of][f.UserID], f.Seq)
}
