package faults

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ginchat/args"
	"ginchat/test/harness"
)

// How soon friends hear of what (I17, I25).
const (
	cleanWithin   = 10 * time.Second // a clean close
	crashWithin   = 30 * time.Second // the end of a node
	rebuiltWithin = 30 * time.Second // presence after an empty Redis came back
	// tellLimit is when a test stops waiting for what has no limit of its own.
	tellLimit = 45 * time.Second
)

// watcher is a user whose page hears of friends.
type watcher struct {
	t      *testing.T
	page   *harness.Client
	socket *harness.Socket
}

func watch(t *testing.T, page *harness.Client) *watcher {
	return &watcher{t, page, page.Dial()}
}

// heard returns what the page was told of a friend, or with 0 of all.
func (w *watcher) heard(user int64) []harness.Frame {
	var told []harness.Frame
	for _, f := range w.socket.Frames() {
		if f.Cmd == args.CmdPresence && f.UserID == user {
			told = append(told, f)
		}
	}
	return told
}

// hears waits until the page is told so of a friend, and returns how long after
// since that was.
func (w *watcher) hears(user int64, online int, since time.Time, within time.Duration, what string) time.Duration {
	w.t.Helper()
	f, _, err := w.socket.AwaitFor(time.Until(since.Add(tellLimit)), 0, func(f *harness.Frame) bool {
		return f.Cmd == args.CmdPresence && f.UserID == user && f.Online == online && f.At.After(since)
	})
	if err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
	took := f.At.Sub(since)
	if took > within {
		w.t.Errorf("%s was told after %s, want %s", what, took, within)
	}
	return took
}

// wantRows checks what nodes answer of friends: 1 online, 0 offline and last seen
// at some time, -1 unknown. Nodes that have just started have to learn of each
// other first, and a busy machine may have missed Redis's answer for a moment.
func (w *watcher) wantRows(nodes []*harness.Node, want map[*harness.Client]int) {
	w.t.Helper()
	for range 50 {
		if w.rows(nodes, want, nil) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	w.rows(nodes, want, w.t.Errorf)
}

// rows reports whether the nodes answer what is wanted, and complains of what they do not.
func (w *watcher) rows(nodes []*harness.Node, want map[*harness.Client]int, complain func(string, ...any)) bool {
	good := true
	for _, node := range nodes {
		friends := w.page.At(node.Server).Friends()
		for who, online := range want {
			row := friends[who.User.ID]
			if row.Online == online && (online != 0 || row.SeenAt != "") {
				continue
			}
			if good = false; complain != nil {
				complain("%s says of %s: online %d, seen at %q; want %d", node.Name, who.User.Nickname, row.Online, row.SeenAt, online)
			}
		}
	}
	return good
}

// Who leaves is told within 10 s, whose node dies within 30 s; who is back within
// 5 s, comes back on another node, or has another device, was never away (I17).
func TestPresence(t *testing.T) {
	t.Parallel() // it is nearly all waiting
	c := harness.StartCluster(t, 3, harness.Flags("--server.heart_beat=0"))
	people := c.Nodes[0].People("user", 7)
	ann, stranger, blinks, two, leaves, dies, moves := people[0], people[1], people[2], people[3], people[4], people[5], people[6]
	friends := people[2:]
	for _, friend := range friends {
		harness.Befriend(ann, friend)
	}
	at := func(who *harness.Client, node int) *harness.Socket { return who.At(c.Nodes[node].Server).Dial() }
	page, other := watch(t, ann), watch(t, stranger)
	began := time.Now()
	blinking, leaving := at(blinks, 1), at(leaves, 1)
	at(two, 1)
	for _, who := range []*harness.Client{two, dies, moves} {
		at(who, 2)
	}
	var came time.Duration
	for _, friend := range friends {
		came = max(came, page.hears(friend.User.ID, 1, began, cleanWithin, friend.User.Nickname+"'s coming"))
	}
	everybody := map[*harness.Client]int{blinks: 1, two: 1, leaves: 1, dies: 1, moves: 1}
	page.wantRows(c.Nodes, everybody)

	gone := time.Now()
	c.Nodes[2].Kill9()
	leaving.Close()
	blinking.Close()
	time.Sleep(2 * time.Second)
	at(blinks, 0)
	at(moves, 1)
	left := page.hears(leaves.User.ID, 0, gone, cleanWithin, "a clean close")
	crashed := page.hears(dies.User.ID, 0, gone, crashWithin, "the end of a node's user")
	time.Sleep(3 * time.Second) // for what must not come
	page.wantRows(c.Nodes[:2], map[*harness.Client]int{blinks: 1, two: 1, leaves: 0, dies: 0, moves: 1})
	for _, who := range []*harness.Client{blinks, two, moves} {
		told := page.heard(who.User.ID)
		if slices.ContainsFunc(told, func(f harness.Frame) bool { return f.Online != 1 }) || who != moves && len(told) != 1 {
			t.Errorf("of %s, who was away for 2 s at most, was told %s", who.User.Nickname, raw(told))
		}
	}
	for _, who := range people {
		if told := other.heard(who.User.ID); len(told) > 0 {
			t.Errorf("a stranger was told %s", raw(told))
		}
	}
	fmt.Printf("%s: coming told within %s, a clean close after %s, a node's death after %s; nothing of three who were away for 2 s or on another device\n",
		t.Name(), round(came), round(left), round(crashed))
}

func raw(frames []harness.Frame) (all []string) {
	for _, f := range frames {
		all = append(all, string(f.Raw))
	}
	return all
}
