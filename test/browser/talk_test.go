package browser

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"ginchat/test/harness"
)

// talk is what two people say to each other, each with the conversation on the
// screen, over three nodes behind nginx.
type talk struct {
	t        *testing.T
	cluster  *harness.Cluster
	ann, bob *talker
}

// talker is one of them.
type talker struct {
	*tab
	client *harness.Client
	said   []string
}

func newTalk(t *testing.T) *talk {
	t.Helper()
	k := &talk{t: t, cluster: harness.StartCluster(t, 3, harness.Flags("--server.trusted_proxies=127.0.0.1"))}
	var nodes []string
	for _, n := range k.cluster.Nodes {
		nodes = append(nodes, n.Clients.Target())
	}
	ann, bob := harness.Nginx(t, nodes...).Friends("node")
	k.ann, k.bob = &talker{client: ann}, &talker{client: bob}
	return k
}

func (k *talk) both() []*talker { return []*talker{k.ann, k.bob} }

// meet has Ann see Bob come, and both write.
func (k *talk) meet() {
	k.t.Helper()
	k.ann.tab = in(k.t, k.ann.client, k.bob.client.Private())
	k.ann.says("is anybody there?")
	k.ann.expectPresence(k.bob.client, false)
	k.bob.tab = in(k.t, k.bob.client, k.ann.client.Private())
	k.bob.says("I am")
	k.agree()
	k.ann.expectPresence(k.bob.client, true)
	k.bob.expectPresence(k.ann.client, true)
	for _, p := range k.both() {
		p.problems.forgive(`WebSocket connection to`) // what the browser says of a socket that fails
		ask[any](p.tab, watch)
	}
}

// part has each see the other go. Bob comes back in between.
func (k *talk) part() {
	k.t.Helper()
	k.bob.leaves()
	k.ann.expectPresence(k.bob.client, false)
	k.bob.goTo(pageOf(k.ann.client.Private()))
	k.agree()
	k.ann.expectPresence(k.bob.client, true)
	k.bob.expectPresence(k.ann.client, true)
	k.ann.leaves()
	k.bob.expectPresence(k.ann.client, false)
}

func (who *talker) says(words string) {
	who.t.Helper()
	who.sendMessage(words)
	who.said = append(who.said, words)
}

// agree waits until all that was said is stored, and both pages show it: each
// message once, and in one order, which is the order in which each person wrote.
func (k *talk) agree() {
	k.t.Helper()
	for _, p := range k.both() {
		for _, words := range p.said {
			p.expectState(words, "stored")
		}
	}
	var all []string
	stored := map[int64][]string{}
	for _, m := range k.bob.client.History(k.ann.client.Private()) {
		all = append(all, m.Content)
		stored[m.UserID] = append(stored[m.UserID], m.Content)
	}
	for _, p := range k.both() {
		if of := stored[p.client.User.ID]; !slices.Equal(of, p.said) {
			k.t.Errorf("%s has said %q, stored is %q", p.client.User.Nickname, p.said, of)
		}
		p.expectMessages(all...)
	}
}

// apart brings the two pages to different nodes and returns Ann's.
func (k *talk) apart() *harness.Node {
	k.t.Helper()
	theirs := k.connect(k.bob)
	ours := theirs
	if !k.ann.comes(func() bool { // nginx avoids nodes that have just failed
		ours = k.connect(k.ann)
		return ours != theirs
	}) {
		k.t.Fatal("nginx puts every connection on one node")
	}
	return ours
}

// connect gives a page a new connection and returns the node that it is on.
func (k *talk) connect(p *talker) *harness.Node {
	k.t.Helper()
	ask[any](p.tab, `document.querySelector("chat-app").socket.lost()`)
	before := k.sessions(1)
	ask[any](p.tab, `document.querySelector("chat-app").socket.now()`)
	p.expectConnection(true)
	for i, n := range k.sessions(2) {
		if n > before[i] {
			return k.cluster.Nodes[i]
		}
	}
	k.t.Fatal("the other page has lost its connection")
	return nil
}

// sessions waits until all nodes together have so many, and returns each one's.
func (k *talk) sessions(total float64) []float64 {
	k.t.Helper()
	var each []float64
	if !k.ann.comes(func() bool {
		sum := 0.0
		each = nil
		for _, n := range k.cluster.Nodes {
			each = append(each, n.Metric("ginchat_sessions"))
			sum += each[len(each)-1]
		}
		return sum == total
	}) {
		k.t.Fatalf("the nodes have %v sessions, want %v", each, total)
	}
	return each
}

// survives checks that a fault of the node that Ann's page is on goes unnoticed,
// in the midst of it and when it is over.
func (k *talk) survives(name string, begin func(*harness.Node) (end func()), during func(name string)) {
	k.t.Helper()
	start := time.Now()
	node := k.apart()
	for _, p := range k.both() {
		ask[any](p.tab, `(seen.bar.length = 0, null)`) // apart has put them off on purpose
	}
	end := begin(node)
	began := time.Now()
	during(name)
	heard := time.Since(began)
	end()
	k.bob.says(name + ": over")
	k.ann.says(name + ": so it is")
	k.agree()
	k.unnoticed(name)
	fmt.Printf("%s: node %s: all stored and shown after %.1f s; %.1f s in all\n", k.t.Name(), name, heard.Seconds(), time.Since(start).Seconds())
}

// watch makes a page note what a person in front of it could have seen since: what
// the connection bar said, what the head said about the other, and what was wrong.
const watch = `(() => {
	window.seen = { bar: [], about: [], wrong: [] }
	const note = (list, what) => what && what !== list.at(-1) && list.push(what)
	const all = css => [ ...document.querySelectorAll(css) ]
	const look = () => {
		const bar = document.querySelector("connection-bar")
		note(seen.bar, bar.hidden ? "" : bar.querySelector(".connection__text").textContent)
		note(seen.about, document.querySelector(".pane__about").textContent.trim())
		const seqs = all(".timeline__entries [data-seq]").map(e => Number(e.dataset.seq)).filter(Boolean)
		if (seqs.some((seq, i) => seq !== seqs[0] + i)) note(seen.wrong, "order " + seqs)
		const texts = all(".timeline__entries .message__text").map(e => e.textContent)
		if (new Set(texts).size < texts.length) note(seen.wrong, "twice " + texts)
		for (const e of all("[role=alert], .message__refused")) note(seen.wrong, e.textContent.trim())
	}
	new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
	look()
})()`

// reconnecting is all that the bar may say.
var reconnecting = regexp.MustCompile(`^(Connecting …|No connection\. Trying again in \W?\d+\W? s\.)$`)

// unnoticed checks what both pages have noted: the other online all the time,
// nothing wrong, and a word about the connection to nobody but Ann.
func (k *talk) unnoticed(name string) {
	k.t.Helper()
	type noted struct{ Bar, About, Wrong []string }
	for _, p := range k.both() {
		p.expectConnection(true)
		seen := ask[noted](p.tab, `window.seen ?? null`)
		if !slices.Equal(seen.About, []string{"online"}) || len(seen.Wrong) > 0 {
			k.t.Errorf("%s, node %s: the page had %+v", p.client.User.Nickname, name, seen)
		}
		for _, words := range seen.Bar {
			if p == k.bob || !reconnecting.MatchString(words) {
				k.t.Errorf("%s, node %s: the connection bar said %q", p.client.User.Nickname, name, words)
			}
		}
	}
}
