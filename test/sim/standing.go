package main

import "math"

// standing is what goes on whether or not anybody writes, as expected of one node
// and second: the directory and presence.
type standing struct {
	sockets  float64
	keys     float64 // held: users and communities with a socket here
	distinct float64 // keys in Redis, of all nodes
	renewed  float64 // keys put again
	opens    float64 // sockets that open; as many close
	moved    float64 // keys put or dropped because of that
	newKeys  float64 // keys that a socket brings which its node did not hold
	changes  float64 // users who come or go
	told     float64 // nodes that one change is forwarded to
	lookUps  float64 // keys asked of Redis for that
	trips    float64
	frames   float64 // pushed for that
	beats    float64
}

func (w *world) standing() standing {
	n, people := float64(w.nodes), float64(w.nodes*w.users)
	here := w.onNode()
	s := standing{sockets: float64(w.users) * (1 + secondDevice), beats: 1 / beatEvery.Seconds()}
	// A community of s members has none on this node with the chance (1-p)^s.
	none := func(p, members float64) float64 { return math.Pow(1-p, members) }
	rows := memberships / friendOnline * people
	held := func(p float64) float64 {
		return rows * w.ofMemberships(func(size float64) float64 { return (1 - none(p, size)) / size })
	}
	s.keys = people*here + held(friendOnline*here)
	s.distinct = people + held(friendOnline)
	s.renewed = s.keys / renewAfter.Seconds()
	s.opens = s.sockets / visit.Seconds()
	s.newKeys = 1 + memberships*w.ofMemberships(func(size float64) float64 { return none(friendOnline*here, size-1) })
	s.moved = 2 * s.opens * s.newKeys
	s.changes = 2 * float64(w.users) / visit.Seconds()
	s.frames = s.changes * friends * friendOnline * (1 + secondDevice)
	if w.nodes == 1 {
		s.beats = 0 // nobody to tell, and nobody to ask
		s.renewed, s.moved = 0, 0
		return s
	}
	s.told = (n - 1) * (1 - none(friendOnline*here, friends))
	// Who goes is looked at once more, by the node they leave and by each that is told.
	s.lookUps = s.changes*friends + s.changes/2*(1+s.told)
	s.trips = s.changes + s.changes/2*(1+s.told)
	return s
}

// drain is what the restart of one node takes, by the second that its sockets are
// being closed.
type drain struct {
	opens   float64 // sockets that come to the other nodes
	keys    float64 // put there and dropped here
	changes float64 // users told as gone, and as back
	frames  float64
}

func (w *world) drain(s standing) drain {
	seconds := drainFor.Seconds()
	changes := 2 * awayLong * float64(w.users) / seconds
	return drain{opens: s.sockets / seconds, keys: (s.sockets*s.newKeys + s.keys) / seconds,
		changes: changes, frames: changes * friends * friendOnline * (1 + secondDevice)}
}
