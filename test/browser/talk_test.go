package browser

import (
	"fmt"
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
