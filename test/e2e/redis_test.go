package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"ginchat/args"
	"ginchat/model"
	"ginchat/test/harness"
	"ginchat/test/services"
)

// Three nodes carry a whole day over each kind of Redis.
func TestRedisSingle(t *testing.T) {
	t.Parallel() // most of a day is waiting
	host, port, _ := strings.Cut(services.Redis(t), ":")
	day(t, "--redis.ip="+host, "--redis.port="+port)
}

func TestRedisCluster(t *testing.T) {
	t.Parallel()
	day(t, "--redis.addrs="+strings.Join(services.StartRedisCluster(t).Addrs(), ","))
}

// When the master dies, the nodes find the one in its place.
func TestRedisSentinel(t *testing.T) {
	t.Parallel()
	r := services.StartRedisSentinel(t)
	people := day(t, "--redis.addrs="+strings.Join(r.Addrs(), ","), "--redis.master_name="+services.SentinelMaster)
	r.KillMaster(t)
	ann, bob := people[0], people[1]
	onAnn, onBob := ann.Dial(), bob.Dial()
	chatting(t, ann, bob, onAnn, onBob, "without a master")
	awaitDependencies(t, "redis", ann.Server, bob.Server)
	onAnn.Close()
	sees(t, onBob, ann, 0)
}

// day is what people do: chat, meet in a community, come and go, log out, each on
// a node of their own. It returns Ann, Bob and Cy.
func day(t *testing.T, redis ...string) []*harness.Client {
	t.Helper()
	nodes := threeNodes(t, redis...)
	people := nodes[0].People("day", 3)
	ann, bob, cy := people[0], people[1], people[2]
	harness.Befriend(ann, bob)
	bob.Server, cy.Server = nodes[1], nodes[2]

	onAnn := ann.Dial()
	onBob := bob.Dial()
	sees(t, onAnn, bob, 1)
	if online := friendOnline(t, bob, ann); online != 1 {
		t.Errorf("Bob's list has Ann's online as %d", online)
	}
	chatting(t, ann, bob, onAnn, onBob, "private")

	club := harness.Community("club", ann, bob)
	onCy := cy.Dial()
	cy.MustPost(nil, "/contact/joincommunity", "dstid", club.DstID)
	for i, c := range people {
		content := fmt.Sprint("club ", i)
		if a := c.Send(club, fmt.Sprint("club", i), content); !a.OK() {
			t.Fatalf("send to the community: %d %s", a.Status, a.Body)
		}
		for _, s := range []*harness.Socket{onAnn, onBob, onCy} {
			hears(t, s, content)
		}
	}

	began := len(onAnn.Frames())
	onBob.Close()
	seesFrom(t, onAnn, began, bob, 0)
	if online := friendOnline(t, ann, bob); online != 0 {
		t.Errorf("Ann's list has Bob's online as %d", online)
	}
	onBob = bob.Dial()
	seesFrom(t, onAnn, began, bob, 1)

	elsewhere := bob.Browser() // the same login, on another node
	elsewhere.Token, elsewhere.Server = bob.Token, nodes[2]
	elsewhere.MustPost(nil, "/user/logout")
	if code, _, err := onBob.AwaitClose(5 * time.Second); err != nil || code != 4501 {
		t.Errorf("after the logout on another node: closed with %d, %v; want 4501", code, err)
	}
	bob.Token = ""
	bob.Login("day2", harness.Passwd)
	onAnn.Close()
	return people
}

// threeNodes starts nodes of one database and one Redis, and waits until they
// are in touch.
func threeNodes(t *testing.T, redis ...string) []*harness.Server {
	t.Helper()
	database, port := harness.MySQL(services.MariaDB(t)), services.FreePort(t)
	var nodes []*harness.Server
	for i := range 3 {
		nodes = append(nodes, harness.Start(t, database, harness.On(fmt.Sprint("127.0.0.", i+1)),
			harness.Flags("--rpc.secret=of the nodes", fmt.Sprint("--rpc.port=", port)), harness.Flags(redis...)))
	}
	awaitDependencies(t, "redis", nodes...)
	awaitDependencies(t, "peer", nodes...)
	return nodes
}

// awaitDependencies waits until each server says that it has all it can do
// without whose name begins so; of its peers it has two.
func awaitDependencies(t *testing.T, prefix string, servers ...*harness.Server) {
	t.Helper()
	want := map[string]int{"redis": 1, "peer": 2}[prefix]
	for _, s := range servers {
		var body []byte
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			var ready struct{ Dependencies map[string]string }
			body = s.NewClient().Get("/readyz").Body
			if err := json.Unmarshal(body, &ready); err != nil {
				t.Fatal(err)
			}
			up := 0
			for name, state := range ready.Dependencies {
				if strings.HasPrefix(name, prefix) && state == "ok" {
					up++
				}
			}
			if up == want {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s has not all it needs: %s", s.Host(), body)
			}
		}
	}
}

// chatting has two people write to each other in turn.
func chatting(t *testing.T, ann, bob *harness.Client, onAnn, onBob *harness.Socket, what string) {
	t.Helper()
	for i := range 5 {
		content := fmt.Sprint(what, " from Ann ", i)
		if _, err := onAnn.Send(bob.Private(), strings.ReplaceAll(content, " ", "-"), content); err != nil {
			t.Fatal(err)
		}
		hears(t, onBob, content)
		content = fmt.Sprint(what, " from Bob ", i)
		if _, err := onBob.Send(ann.Private(), strings.ReplaceAll(content, " ", "-"), content); err != nil {
			t.Fatal(err)
		}
		hears(t, onAnn, content)
	}
}

// sees waits until a friend is shown to be online (1) or offline (0).
func sees(t *testing.T, s *harness.Socket, friend *harness.Client, online int) {
	t.Helper()
	seesFrom(t, s, 0, friend, online)
}

func seesFrom(t *testing.T, s *harness.Socket, begin int, friend *harness.Client, online int) {
	t.Helper()
	_, _, err := s.AwaitFor(15*time.Second, begin, func(f *harness.Frame) bool {
		var p args.Presence
		return f.Cmd == args.CmdPresence && json.Unmarshal(f.Raw, &p) == nil && p.UserID == friend.User.ID && p.Online == online
	})
	if err != nil {
		t.Fatalf("waiting for %s to be shown with online %d: %v", friend.User.Mobile, online, err)
	}
}

// friendOnline is what the list of c's friends says of one.
func friendOnline(t *testing.T, c, friend *harness.Client) int {
	t.Helper()
	var rows []args.Friend
	if err := json.Unmarshal(c.Post("/contact/loadfriend").Rows, &rows); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.ID == friend.User.ID {
			return row.Online
		}
	}
	t.Fatalf("%s is not in the list", friend.User.Mobile)
	return model.UnknownPresence.Online
}
