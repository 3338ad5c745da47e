package chat

import (
	"context"
	"slices"

	"ginchat/model"
)

// Peers are the links to the other nodes; client.Peers is.
type Peers interface {
	// Connect keeps links to exactly these nodes.
	Connect(names []string)
	// Names returns the nodes there are links to.
	Names() []string
	// Send hands a batch to a node's link. It never blocks.
	Send(name string, batch *model.Batch)
}

const (
	// forwardQueue is how many batches wait for their routes.
	forwardQueue = 256
	// maxForward bounds the entries whose routes are asked for at once.
	maxForward = 512
)

// forwarder tells the nodes that may want to know what happened on this one: once
// per node, whatever the number of people there.
//
// send never blocks. What finds the queue full is dropped: it is in the log.
type forwarder struct {
	directory Directory
	peers     Peers
	queue     chan *model.Batch
}

func newForwarder(directory Directory, peers Peers) *forwarder {
	return &forwarder{directory: directory, peers: peers, queue: make(chan *model.Batch, forwardQueue)}
}

func (f *forwarder) send(batch *model.Batch) {
	select {
	case f.queue <- batch:
	default:
	}
}

// run routes batches until ctx ends, and then those that are queued.
func (f *forwarder) run(ctx context.Context) {
	for {
		select {
		case batch := <-f.queue:
			f.route(ctx, f.merge(batch))
		case <-ctx.Done():
			for len(f.queue) > 0 {
				f.route(context.WithoutCancel(ctx), f.merge(<-f.queue))
			}
			return
		}
	}
}

// merge adds what else is queued.
func (f *forwarder) merge(batch *model.Batch) *model.Batch {
	for len(batch.Entries) < maxForward {
		select {
		case more := <-f.queue:
			batch.Entries = append(batch.Entries, more.Entries...)
			batch.Marks = append(batch.Marks, more.Marks...)
			batch.Ended = append(batch.Ended, more.Ended...)
		default:
			return batch
		}
	}
	return batch
}

// parcel is a part of a batch and whom it is for.
type parcel struct {
	keys []Key
	add  func(to *model.Batch)
}

// route sends each part of the batch to the nodes that hold who it is for. When
// that cannot be found out, all nodes get it.
func (f *forwarder) route(ctx context.Context, batch *model.Batch) {
	names := f.peers.Names()
	if len(names) == 0 {
		return
	}
	parcels := unpack(batch)
	index, keys := map[Key]int{}, []Key{}
	for _, p := range parcels {
		for _, key := range p.keys {
			if _, known := index[key]; !known {
				index[key] = len(keys)
				keys = append(keys, key)
			}
		}
	}
	holders, err := f.directory.Holders(ctx, keys)
	out := map[string]*model.Batch{}
	for _, p := range parcels {
		to := names
		if err == nil {
			to = nil
			for _, key := range p.keys {
				to = append(to, holders[index[key]]...)
			}
			slices.Sort(to)
			to = slices.Compact(to)
		}
		for _, name := range to {
			if out[name] == nil {
				out[name] = &model.Batch{}
			}
			p.add(out[name])
		}
	}
	for name, b := range out {
		f.peers.Send(name, b)
	}
}

func unpack(batch *model.Batch) []parcel {
	var parcels []parcel
	for i := range batch.Entries {
		e := &batch.Entries[i]
		parcels = append(parcels, parcel{audience(e.Parties, e.Op, e.Target), func(to *model.Batch) { to.Entries = append(to.Entries, *e) }})
	}
	for _, m := range batch.Marks {
		parcels = append(parcels, parcel{audience(m.Parties, "", 0), func(to *model.Batch) { to.Marks = append(to.Marks, m) }})
	}
	for _, e := range batch.Ended {
		parcels = append(parcels, parcel{[]Key{userKey(e.User)}, func(to *model.Batch) { to.Ended = append(to.Ended, e) }})
	}
	return parcels
}

// audience returns whom an entry of these parties is for. Who joins is not yet
// among a community's members where they are.
func audience(p model.Parties, op model.Op, target int64) []Key {
	switch {
	case op == model.OpJoin:
		return []Key{communityKey(p.Community), userKey(target)}
	case p.Community != 0:
		return []Key{communityKey(p.Community)}
	case p.Low == p.High:
		return []Key{userKey(p.Low)}
	}
	return []Key{userKey(p.Low), userKey(p.High)}
}
