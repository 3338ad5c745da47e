package faults

import (
	"time"

	"ginchat/test/harness"
)

// hold is how long a fault lasts for which it does not matter.
func hold() time.Duration {
	if full() {
		return 10 * time.Second
	}
	return 1500 * time.Millisecond
}

// patient is a hold in which devices give up a node from which nothing comes.
const patient = 4500 * time.Millisecond

// faults are the cases, for the nodes of r. A message that was not forwarded has
// to be found within two seconds, and may then take what a busy machine takes.
func (r *ring) faults() []fault {
	const within = 4 * time.Second
	everybody := []int{0, 1, 2}
	one, two, three := r.Nodes[0], r.Nodes[1], r.Nodes[2]
	all := func(do func(*harness.Node)) func() {
		return func() {
			for _, n := range r.Nodes {
				do(n)
			}
		}
	}
	nothing := func() {}
	// midway makes a node's transactions take long, and waits until some are under
	// way: what they have locked is then held by somebody who does not go on.
	midway := func(n *harness.Node) {
		n.Database.Delay(100*time.Millisecond, harness.Back)
		time.Sleep(100 * time.Millisecond)
		r.crowd.fire()
		time.Sleep(150 * time.Millisecond)
	}
	return []fault{
		{name: "no fault", hold: hold(), begin: nothing, end: nothing, within: within},
		// Nodes.
		{name: "one node killed", hold: hold(), hurt: []int{1}, begin: two.Kill9, end: two.Restart},
		{name: "all nodes killed", hurt: everybody, begin: all(func(n *harness.Node) { n.Kill9() }), end: all(func(n *harness.Node) { n.Restart() })},
		{name: "one node paused", mute: true, hold: 6 * time.Second, hurt: []int{2}, begin: func() { midway(three); three.Pause() },
			end: func() { three.Database.Pass(); three.Resume() }},
		{name: "one node paused 60 s", slow: true, mute: true, hold: time.Minute, hurt: []int{2}, begin: func() { midway(three); three.Pause() },
			end: func() { three.Database.Pass(); three.Resume() }},
		{name: "one node told to stop", hurt: []int{0}, begin: one.Stop, end: one.Restart},
		// The database.
		{name: "database killed", hold: hold(), hurt: everybody, begin: r.DB.Kill9, end: r.DB.Start},
		{name: "database paused", hold: 4 * time.Second, hurt: everybody, begin: r.DB.Pause, end: r.DB.Resume},
		{name: "links to the database cut", hold: hold(), hurt: everybody,
			begin: all(func(n *harness.Node) { n.Database.Reset() }), end: all(func(n *harness.Node) { n.Database.Pass() })},
		{name: "one link to the database silent", hold: 6500 * time.Millisecond, hurt: []int{1},
			begin: func() { midway(two); two.Database.BlackHole() }, end: two.Database.Pass},
		{name: "the database's answers swallowed", hold: hold(), hurt: everybody,
			begin: all(func(n *harness.Node) { n.Database.BlackHole(harness.Back) }), end: all(func(n *harness.Node) { n.Database.Pass() })},
		// Redis.
		{name: "redis killed", hold: hold(), begin: func() { r.Redis.Save(); r.Redis.Kill9() }, end: r.Redis.Start, within: within},
		{name: "redis restarted empty", hold: hold(), begin: func() { r.Redis.Kill9(); r.Redis.StartEmpty() }, end: nothing, within: within, routes: true},
		{name: "redis flushed", hold: hold(), begin: r.Redis.Flush, end: nothing, within: within, routes: true},
		{name: "redis paused", hold: hold(), begin: r.Redis.Pause, end: r.Redis.Resume, within: within},
		{name: "redis out of memory", hold: hold(), begin: r.Redis.Fill, end: r.Redis.Relieve, within: within},
		{name: "one link to redis silent", slow: true, hold: hold(), begin: func() { one.Redis.BlackHole() }, end: one.Redis.Pass, within: within},
		// Between nodes.
		{name: "peer link cut one way", slow: true, hold: hold(), begin: one.Peers[1].Reset, end: one.Peers[1].Pass, within: within},
		{name: "peer link silent one way", hold: patient, begin: func() { one.Peers[1].BlackHole() }, end: one.Peers[1].Pass, within: within},
		{name: "peer link silent both ways", hold: patient, within: within,
			begin: func() { two.Peers[2].BlackHole(); three.Peers[1].BlackHole() }, end: func() { two.Peers[2].Pass(); three.Peers[1].Pass() }},
		// Clients.
		{name: "client link reset", hold: hold(), hurt: []int{0}, begin: one.Clients.Reset, end: one.Clients.Pass},
		{name: "client link at 1 KB/s", mute: true, hold: patient, hurt: []int{1}, begin: func() { two.Clients.Throttle(1 << 10) }, end: two.Clients.Pass},
		{name: "client link silent", mute: true, hold: patient, hurt: []int{2}, begin: func() { three.Clients.BlackHole() }, end: three.Clients.Pass},
	}
}
