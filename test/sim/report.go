package main

// report is a cluster at the peak of its day: one column of the table.
type report struct {
	w *world
	t traffic
	s standing
	d drain
}

// simulate runs a cluster for some seconds.
func simulate(c cluster, seconds float64) *report {
	w := newWorld(c, 1)
	s := w.standing()
	return &report{w, w.run(sendsPerUser*float64(c.users), seconds), s, w.drain(s)}
}

func (r *report) nodes() float64 { return float64(r.w.nodes) }

// all is a count of the run by the second, and each by the second and node.
func (r *report) all(count int) float64  { return float64(count) / r.t.seconds }
func (r *report) each(count int) float64 { return r.all(count) / r.nodes() }

// broadcast is what a node would forward if it told every node everything.
func (r *report) broadcast() float64 { return r.each(r.t.messages) * (r.nodes() - 1) }

// tailRows is how many rows of the commit log are read, tailBytes their size, and
// tailCores what that takes of MariaDB.
func (r *report) tailRows() float64 { return r.nodes() * r.all(r.t.commits) }
func (r *report) tailBytes() float64 {
	return r.nodes()*tailRowBytes*r.all(r.t.commits) + (r.nodes()-1)*tailEntryBytes*r.all(r.t.messages) // its own rows come without
}
func (r *report) tailCores() float64 { return r.tailRows() * mariaTailRow / 1e6 }

// storeCores is what everything else takes of MariaDB.
func (r *report) storeCores() float64 {
	return (r.all(r.t.commits)*mariaCommit + r.all(r.t.messages)*mariaSend + r.all(r.t.marks)*mariaMark +
		r.nodes()*(r.s.changes*mariaMark+r.s.opens*mariaOpen)) / 1e6
}

// asked is the keys that a node looks up in Redis, for messages and read marks;
// redisKeys also counts those for presence, and those put and dropped, of all nodes.
func (r *report) asked() float64 { return r.each(r.t.lookUps + r.t.markLookUps) }
func (r *report) redisKeys() float64 {
	return r.nodes() * (r.asked() + r.s.lookUps + r.s.moved + r.s.renewed)
}

// redisCores is what that takes of Redis, which has one for each of its processes.
func (r *report) redisCores() float64 {
	trips := r.each(r.t.trips+r.t.marks) + r.s.trips + 2*r.s.opens + r.s.renewed/portion + r.s.beats
	return r.nodes() * ((r.asked()+r.s.lookUps)*redisLookUp + (r.s.moved+r.s.renewed)*redisPut + trips*redisRoundTrip) / 1e6
}

// redisBytes is what the directory takes of Redis's memory.
func (r *report) redisBytes() float64 {
	return r.s.distinct*keyBytes + (r.nodes()*r.s.keys-r.s.distinct)*holderBytes
}

// nodeCores is what one node takes for all this.
func (r *report) nodeCores() float64 {
	pushed := r.each(r.t.frames+r.t.markFrames-r.t.messages) + r.s.frames
	return (r.each(r.t.commits)*nodeCommit + r.each(r.t.messages)*nodeSend + r.each(r.t.marks)*nodeMark +
		pushed*nodeFrame + r.each(r.t.forwards+r.t.markForwards)*nodeForward + r.s.sockets*beatsPerSecond*nodeHeartbeat +
		r.s.opens*nodeOpen + r.all(r.t.commits)*nodeTailRow + (r.s.moved+r.s.renewed)*nodePut) / 1e6
}

// reopening is for how many seconds the other nodes open sockets after one died.
func (r *report) reopening() float64 {
	return r.s.sockets / (r.nodes() - 1) * nodeOpen / 1e6 / float64(r.w.cores)
}
