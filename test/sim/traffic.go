package main

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// message is one that is sent on a node, and the other nodes that it is for.
type message struct {
	at      float64 // ms
	keys    []uint64
	others  nodeSet
	readers int // people online who get it
	frames  int // sockets that get it, but for the one it came from
}

// traffic counts what the messages of some time take, on all nodes.
type traffic struct {
	seconds  float64
	messages int
	commits  int // transactions, and rows of the commit log
	frames   int // pushed into sockets
	forwards int // entries, once for each node they go to
	most     int // forwards of one message
	batches  int // gRPC messages
	lookUps  int // keys asked of Redis
	trips    int // round trips for that
	lost     int // forwards that do not arrive
	repairs  int // reads that bring what was lost
	// Of read marks:
	marks, markFrames, markForwards, markLookUps int
}

// run sends messages at a rate a second on each node, for some seconds.
func (w *world) run(rate, seconds float64) traffic {
	t := traffic{seconds: seconds}
	repairs := map[[3]int]bool{}
	for node := range w.nodes {
		random := rand.New(rand.NewPCG(w.seed, uint64(node)))
		queues := make([][]message, w.committers())
		for at := random.ExpFloat64() / rate; at < seconds; at += random.ExpFloat64() / rate {
			m := w.send(node, random)
			m.at = at * 1000
			t.messages++
			t.frames += m.frames
			t.read(&m, random)
			queue := random.IntN(w.committers())
			queues[queue] = append(queues[queue], m)
		}
		var commits []commit
		for _, queue := range queues {
			commits = append(commits, commitAll(queue)...)
		}
		t.commits += len(commits)
		w.forward(commits, &t, func(m *message, to int) {
			if random.Float64() < lostForwards {
				t.lost++
				// What was lost within a second is found by the same look at the commit
				// log, and read at once by the deliverer whose conversations it is of.
				repairs[[3]int{to, int(m.at / 1000), random.IntN(w.committers())}] = true
			}
		})
	}
	t.repairs = len(repairs)
	return t
}

// send makes a message of somebody on a node, to a friend or to a community.
func (w *world) send(node int, random *rand.Rand) message {
	m := message{others: w.newSet()}
	sender, to := random.Uint64(), random.Uint64()
	if random.Float64() < toCommunities {
		m.keys = []uint64{to}
		m.readers, m.frames = w.audience(to, w.sizeAt(random.Float64())-1, friendOnline, m.others)
	} else {
		m.keys = []uint64{sender, to}
		m.readers, m.frames = w.audience(to, 1, correspondentOnline, m.others)
	}
	if random.Float64() < secondDevice {
		m.others.add(int(w.hash(sender, 3) % uint64(w.nodes)))
		m.frames++
	}
	m.others.remove(node)
	return m
}

// read counts the marks that say that a message was read. Each goes to all of the
// conversation but its reader, from another node than the next: none waits for it.
func (t *traffic) read(m *message, random *rand.Rand) {
	for range m.readers {
		if random.Float64() >= readAtOnce {
			continue
		}
		t.marks++
		t.markFrames += m.frames
		t.markForwards += m.others.len() // the sender's node takes the reader's place
		t.markLookUps += len(m.keys)
	}
}

// committers is how many transactions a node runs at once.
func (w *world) committers() int { return max(2, min(4, w.cores)) }

// commit is one transaction.
type commit struct {
	end      float64
	messages []message
}

// commitAll is a committer: it stores what has queued up while its last
// transaction ran.
func commitAll(queue []message) (commits []commit) {
	free := 0.0
	for len(queue) > 0 {
		start, n := max(free, queue[0].at), 1
		for n < len(queue) && n < maxBatch && queue[n].at <= start {
			n++
		}
		free = start + loneSend + eachSend*float64(n-1)
		commits = append(commits, commit{free, queue[:n]})
		queue = queue[n:]
	}
	return commits
}

// forward is a node's forwarder: it asks for the routes of what has queued up
// while it last asked, and sends each node its part in one batch.
func (w *world) forward(commits []commit, t *traffic, arrive func(m *message, node int)) {
	if w.nodes == 1 {
		return
	}
	slices.SortFunc(commits, func(a, b commit) int { return cmp.Compare(a.end, b.end) })
	for free := 0.0; len(commits) > 0; {
		start, n, entries := max(free, commits[0].end), 0, 0
		for n < len(commits) && commits[n].end <= start && entries < maxForward {
			entries += len(commits[n].messages)
			n++
		}
		free = start + redisTrip*float64(w.route(commits[:n], t, arrive))
		commits = commits[n:]
	}
}

// route forwards what is in the commits and returns how many round trips to Redis
// that took.
func (w *world) route(commits []commit, t *traffic, arrive func(m *message, node int)) (trips int) {
	keys, to := map[uint64]bool{}, w.newSet()
	for _, c := range commits {
		for i := range c.messages {
			m := &c.messages[i]
			for _, key := range m.keys {
				keys[key] = true
			}
			for node := range m.others.all() {
				to.add(node)
				arrive(m, node)
			}
			t.forwards += m.others.len()
			t.most = max(t.most, m.others.len())
		}
	}
	trips = (len(keys) + portion - 1) / portion
	t.lookUps += len(keys)
	t.trips += trips
	t.batches += to.len()
	return trips
}
