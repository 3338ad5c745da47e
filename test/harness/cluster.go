package harness

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"

	"ginchat/common"
	"ginchat/test/services"
)

// nodeSecret is what the nodes of a test prove themselves with.
const nodeSecret = "of the nodes of one test"

// Cluster is several nodes with a database and a Redis of their own, and a proxy
// on every link.
type Cluster struct {
	Nodes []*Node
	DB    *services.MariaDBServer
	Redis *services.RedisServer
	// Database is the nodes' one of DB, reached past the proxies.
	Database common.MySQL
}

// Node is one server of a Cluster. Clients reach it through the proxy Clients.
type Node struct {
	*Server
	// Name is what the other nodes call it.
	Name                     string
	Clients, Database, Redis *Proxy
	// Peers are the links to the other nodes, by their place; nil at its own.
	Peers []*Proxy
}

// StartCluster starts n nodes on 127.0.0.1, 127.0.0.2 … and waits until they are
// ready. The options are every node's.
func StartCluster(t testing.TB, n int, options ...Option) *Cluster {
	t.Helper()
	leaveOut(t)
	c := &Cluster{DB: services.StartMariaDB(t, true), Redis: services.StartRedis(t)}
	c.Database = c.DB.Database()
	var names []string
	for i := range n {
		names = append(names, address(i, services.FreePort(t)))
	}
	for i := range n {
		node := &Node{Name: names[i], Database: NewProxy(t, c.Database.Addr()), Redis: NewProxy(t, c.Redis.Addr())}
		var dial []string
		for j := range n {
			if j == i {
				node.Peers = append(node.Peers, nil)
				continue
			}
			link := NewProxy(t, names[j])
			node.Peers = append(node.Peers, link)
			dial = append(dial, names[j]+"="+link.Addr())
		}
		node.start(t, i, c.Database, "--server.nodes="+strings.Join(names, ","), "--rpc.dial="+strings.Join(dial, ","), options)
		c.Nodes = append(c.Nodes, node)
	}
	return c
}

// address is host:port of the node with that place.
func address(place, port int) string {
	return net.JoinHostPort(fmt.Sprint("127.0.0.", place+1), strconv.Itoa(port))
}

// start starts the node's server behind its proxies.
func (n *Node) start(t testing.TB, place int, database common.MySQL, nodes, dial string, options []Option) {
	t.Helper()
	database.IP, database.Port = "127.0.0.1", n.Database.Port()
	host, port, err := net.SplitHostPort(n.Name)
	if err != nil {
		t.Fatal(err)
	}
	behind := func(s *Server) {
		n.Clients = NewProxy(t, address(place, s.port))
		s.front, s.admin = n.Clients.Addr(), address(place, services.FreePort(t))
		s.flags = append(s.flags, "--server.ip="+host, "--server.admin="+s.admin, "--rpc.port="+port, "--rpc.secret="+nodeSecret, nodes, dial,
			"--redis.ip=127.0.0.1", "--redis.port="+strconv.Itoa(n.Redis.Port()))
	}
	n.Server = Start(t, append([]Option{MySQL(database), behind}, options...)...)
}

// Servers returns the nodes from that place on, the ones before it last.
func (c *Cluster) Servers(from int) []*Server {
	var all []*Server
	for i := range c.Nodes {
		all = append(all, c.Nodes[(from+i)%len(c.Nodes)].Server)
	}
	return all
}
