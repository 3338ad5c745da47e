package main

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// rate is that of a node with 20,000 users online.
const rate = 20_000 * sendsPerUser

func small(nodes int) *world { return newWorld(cluster{nodes, 20_000, 2}, 7) }

// about fails t unless got is within a share of want.
func about(t *testing.T, what string, got, want, share float64) {
	t.Helper()
	if math.Abs(got-want) > share*want {
		t.Errorf("%s: %.4g, want %.4g", what, got, want)
	}
}

func TestOneNodeTellsNobody(t *testing.T) {
	w := small(1)
	got := w.run(rate, 10)
	if got.messages == 0 || got.frames == 0 {
		t.Fatalf("nothing was sent: %+v", got)
	}
	if got.forwards+got.batches+got.lookUps+got.trips+got.lost+got.markForwards != 0 {
		t.Errorf("a single node forwarded: %+v", got)
	}
	if s := w.standing(); s.told != 0 || s.lookUps != 0 || s.renewed != 0 || s.beats != 0 {
		t.Errorf("a single node asks Redis: %+v", s)
	}
}

func TestForwardsAreAtMostOnePerOtherNode(t *testing.T) {
	for _, nodes := range []int{2, 3, 65, 200} {
		got := small(nodes).run(rate, 2)
		if got.most > nodes-1 || got.forwards > got.messages*(nodes-1) {
			t.Errorf("%d nodes: %d forwards of one message, %d of %d", nodes, got.most, got.forwards, got.messages)
		}
		if got.batches > got.forwards || got.commits > got.messages || got.repairs > got.lost {
			t.Errorf("%d nodes: more parts than wholes: %+v", nodes, got)
		}
	}
}

// Beyond as many members as there are nodes, more cost nothing between the nodes.
func TestCommunityCostsNodesAndNotMembers(t *testing.T) {
	w := small(30)
	for _, members := range []int{5_000, 50_000, 500_000} {
		m := message{keys: []uint64{1}, others: w.newSet()}
		m.readers, m.frames = w.audience(1, members, friendOnline, m.others)
		m.others.remove(0)
		var got traffic
		w.forward([]commit{{1, []message{m}}}, &got, func(*message, int) {})
		if want := (traffic{forwards: 29, most: 29, batches: 29, lookUps: 1, trips: 1}); got != want {
			t.Errorf("%d members: %+v, want %+v", members, got, want)
		}
		if m.frames < members/10 {
			t.Errorf("%d members: pushed to %d", members, m.frames)
		}
	}
}

func TestForwardsAsExpected(t *testing.T) {
	for _, nodes := range []int{3, 30, 300} {
		w := small(nodes)
		n, here := float64(nodes), w.onNode()
		alone := 1 - secondDevice/n // the sender has no other device there
		private := (n - 1) * (1 - alone*(1-correspondentOnline*here))
		community := (n - 1) * (1 - alone*w.ofMemberships(func(size float64) float64 { return math.Pow(1-friendOnline*here, size-1) }))
		got := w.run(rate, 1500/n)
		messages := float64(got.messages)
		about(t, "messages", messages, rate*n*1500/n, 0.02)
		about(t, "forwards", float64(got.forwards)/messages, toCommunities*community+(1-toCommunities)*private, 0.02)
		about(t, "look-ups", float64(got.lookUps)/messages, toCommunities+2*(1-toCommunities), 0.02)
		about(t, "lost", float64(got.lost), lostForwards*float64(got.forwards), 0.1)
		people := toCommunities*friendOnline*w.ofMemberships(func(size float64) float64 { return size - 1 }) + (1-toCommunities)*correspondentOnline
		about(t, "frames", float64(got.frames)/messages, people*(1+secondDevice)+secondDevice, 0.02)
		about(t, "marks", float64(got.marks)/messages, people*readAtOnce, 0.03)
	}
}

func TestCommitsTakeWhatHasQueued(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, each := range []float64{0.001, 0.05, 1, 100} { // ms between sends, on average
		var queue []message
		at := 0.0
		for range 20_000 {
			at += each * random.ExpFloat64()
			queue = append(queue, message{at: at})
		}
		commits := commitAll(queue)
		stored, before, last := 0, 0.0, 0.0
		for _, c := range commits {
			n := len(c.messages)
			start := c.end - loneSend - eachSend*float64(n-1)
			if n > maxBatch || start < before-1e-6 || c.messages[n-1].at > start+1e-6 || c.messages[0].at < last {
				t.Fatalf("a batch of %d from %.3f, after %.3f, with sends from %.3f to %.3f", n, start, before, c.messages[0].at, c.messages[n-1].at)
			}
			stored, before, last = stored+n, c.end, c.messages[n-1].at
		}
		if stored != len(queue) {
			t.Errorf("%d of %d stored", stored, len(queue))
		}
		switch each {
		case 100:
			about(t, "messages a batch, few", float64(stored)/float64(len(commits)), 1, 0.05)
		case 0.001:
			about(t, "messages a batch, many", float64(stored)/float64(len(commits)), maxBatch, 0.05)
		case 1: // n = 1.9 + 0.036·(n-1), what comes while a transaction runs
			about(t, "messages a batch", float64(stored)/float64(len(commits)), (loneSend-eachSend)/(1-eachSend), 0.25)
		}
	}
}

// What standing reckons is what placing people one by one gives.
func TestStandingAsPlaced(t *testing.T) {
	for _, nodes := range []int{3, 70} {
		w := small(nodes)
		s := w.standing()
		random := rand.New(rand.NewPCG(2, 2))
		const draws = 20_000
		var held, anywhere, fresh, told float64
		for i := range draws {
			size := w.sizeAt(random.Float64())
			set := w.newSet()
			w.audience(random.Uint64(), size, friendOnline, set)
			held += float64(set.len()) / float64(size)
			if set.len() > 0 {
				anywhere += 1 / float64(size)
			}
			set = w.newSet()
			w.audience(random.Uint64(), size-1, friendOnline, set)
			set.remove(i % nodes)
			others := w.newSet()
			w.audience(random.Uint64(), friends, friendOnline, others)
			others.remove(i % nodes)
			told += float64(others.len())
			fresh += 1 - float64(set.len())/float64(nodes-1)
		}
		people := float64(nodes * w.users)
		rows := memberships / friendOnline * people / draws
		about(t, "keys", s.keys, people*w.onNode()+rows*held/float64(nodes), 0.02)
		about(t, "keys of all nodes", s.distinct, people+rows*anywhere, 0.02)
		about(t, "new keys of a socket", s.newKeys, 1+memberships*fresh/draws, 0.02)
		about(t, "nodes told of a change", s.told, told/draws, 0.02)
	}
}

func TestSameSeedSameTraffic(t *testing.T) {
	if one, two := small(20).run(rate, 2), small(20).run(rate, 2); !reflect.DeepEqual(one, two) {
		t.Errorf("%+v and %+v", one, two)
	}
	if one, two := small(20).run(rate, 2), newWorld(cluster{20, 20_000, 2}, 8).run(rate, 2); reflect.DeepEqual(one, two) {
		t.Error("the seed has no effect")
	}
}
