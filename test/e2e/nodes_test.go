// Package e2e holds the journeys through a real server that belong to no other
// suite.
package e2e

import (
	"fmt"
	"testing"

	"ginchat/model"
	"ginchat/test/harness"
	"ginchat/test/services"
)

// Two nodes on one database: what is stored on one reaches the sockets of the
// other, membership included.
func TestTwoNodes(t *testing.T) {
	database := harness.MySQL(services.MariaDB(t))
	ports := []int{services.FreePort(t), services.FreePort(t)}
	nodes := fmt.Sprintf("--server.nodes=127.0.0.1:%d,127.0.0.1:%d", ports[0], ports[1])
	node := func(port int) *harness.Server {
		return harness.Start(t, database, harness.Flags(nodes, fmt.Sprint("--rpc.port=", port), "--rpc.secret=of the nodes"))
	}
	one, two := node(ports[0]), node(ports[1])
	people := one.People("node", 3)
	ann, bob, cy := people[0], people[1], people[2]
	harness.Befriend(ann, bob)
	bob.Server, cy.Server = two, two
	onOne, onTwo := ann.Dial(), bob.Dial()
	for i := range 20 {
		content := fmt.Sprint("from one ", i)
		if _, err := onOne.Send(bob.Private(), fmt.Sprint("a", i), content); err != nil {
			t.Fatal(err)
		}
		hears(t, onTwo, content)
		content = fmt.Sprint("from two ", i)
		if _, err := onTwo.Send(ann.Private(), fmt.Sprint("b", i), content); err != nil {
			t.Fatal(err)
		}
		hears(t, onOne, content)
	}
	club := harness.Community("club", ann, bob)
	onCy := cy.Dial()
	cy.MustPost(nil, "/contact/joincommunity", "dstid", club.DstID)
	ann.Send(club, "c1", "welcome, all")
	hears(t, onTwo, "welcome, all")
	hears(t, onCy, "welcome, all")
	ann.MustPost(nil, "/contact/kickmember", "dstid", club.DstID, "memberid", cy.User.ID)
	if _, _, err := onCy.Await(0, func(f *harness.Frame) bool { return f.Op == string(model.OpKick) }); err != nil {
		t.Fatal(err)
	}
	ann.Send(club, "c2", "without cy")
	hears(t, onTwo, "without cy")
	for _, f := range onCy.Frames() {
		if f.Content == "without cy" {
			t.Error("a message reached who had been removed")
		}
	}
}

func hears(t *testing.T, s *harness.Socket, content string) {
	t.Helper()
	if _, _, err := s.Await(0, func(f *harness.Frame) bool { return f.Content == content }); err != nil {
		t.Fatalf("waiting for %q: %v", content, err)
	}
}
