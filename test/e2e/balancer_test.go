package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ginchat/args"
	"ginchat/test/harness"
	"ginchat/test/services"
)

// Behind each balancer, with the configuration that is shipped, people sign in,
// read pages and chat, the address they come from arrives, and neither a node
// that drains nor one that is gone is noticed.
func TestBalancers(t *testing.T) {
	one, two := trustingNodes(t)
	for name, start := range map[string]func(testing.TB, ...string) *harness.Server{"nginx": harness.Nginx, "haproxy": harness.HAProxy} {
		t.Run(name, func(t *testing.T) {
			drains := newDraining(t, one)
			drains.unready.Store(name == "nginx") // which finds out with each socket
			front := start(t, one.Host(), two.Host(), drains.host)
			ann, bob := signUp(t, front, name+"ann", "127.0.0.8"), signUp(t, front, name+"bob", "127.0.0.9")
			harness.Befriend(ann, bob)
			bodyLimits(t, front)
			chats(t, ann, bob, "both nodes")
			for i := 0; drains.refused.Load() == 0 && i < 40; i++ {
				ann.Dial()
			}
			if drains.refused.Load() == 0 {
				t.Error("the draining node was never asked")
			}
			two.Kill9()
			began := time.Now()
			for i := range 20 {
				if a := ann.Get("/chat/conversations"); !a.OK() {
					t.Errorf("request %d after a node's end: %d %s", i, a.Status, a.Body)
				}
				if a := ann.Send(bob.Private(), fmt.Sprint("alone", i), "still here"); !a.OK() {
					t.Errorf("send %d after a node's end: %d %s", i, a.Status, a.Body)
				}
			}
			chats(t, ann, bob, "one node")
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("a node that was gone held people up for %s", took)
			}
			two.Restart()
			if name == "haproxy" { // which asks by itself, but not often enough for the other
				drains.becomesUnready(t, ann)
			} else {
				hangs(t, two, ann.At(start(t, one.Host(), two.Host())))
			}
		})
	}
}

// trustingNodes starts two nodes on two addresses, which believe a balancer on
// this machine.
func trustingNodes(t *testing.T) (one, two *harness.Server) {
	t.Helper()
	database, port := harness.MySQL(services.MariaDB(t)), services.FreePort(t)
	node := func(ip string) *harness.Server {
		return harness.Start(t, database, harness.On(ip), harness.Flags(fmt.Sprintf("--server.nodes=127.0.0.1:%d,127.0.0.2:%[1]d", port),
			fmt.Sprint("--rpc.port=", port), "--rpc.secret=of the nodes", "--server.trusted_proxies=127.0.0.1"))
	}
	return node("127.0.0.1"), node("127.0.0.2")
}

// signUp makes an account and signs in from an address, which has to be the one
// the server knows, whatever the client says.
func signUp(t *testing.T, front *harness.Server, mobile, ip string) *harness.Client {
	t.Helper()
	c := front.NewClient().From(ip)
	c.Register(mobile, harness.Passwd, mobile)
	a, err := c.Try(http.MethodPost, "/user/login", harness.Form("mobile", mobile, "passwd", harness.Passwd), "X-Forwarded-For", "192.0.2.1")
	if err != nil || !a.OK() {
		t.Fatalf("sign in: %d %s, %v", a.Status, a.Body, err)
	}
	if err := json.Unmarshal(a.Data, &c.User); err != nil {
		t.Fatal(err)
	}
	c.Token = c.User.Token
	var logins []args.Device
	if err := json.Unmarshal(c.Get("/user/logins").Rows, &logins); err != nil || len(logins) != 1 || logins[0].IP != ip {
		t.Errorf("signed in from %s, the server has %+v, %v", ip, logins, err)
	}
	return c
}

// chats has both people open a page and a socket, and write to each other.
func chats(t *testing.T, ann, bob *harness.Client, what string) {
	t.Helper()
	if page := ann.Browser().From("127.0.0.8").Get("/chat/index.shtml"); page.Status != http.StatusOK || !strings.Contains(string(page.Body), "<chat-app") {
		t.Errorf("the page with %s: %d", what, page.Status)
	}
	onAnn, onBob := ann.Dial(), bob.Dial()
	for i := range 5 {
		content := fmt.Sprint(what, " ", i)
		if _, err := onAnn.Send(bob.Private(), fmt.Sprint(len(what), "a", i), content); err != nil {
			t.Fatal(err)
		}
		hears(t, onBob, content)
		if _, err := onBob.Send(ann.Private(), fmt.Sprint(len(what), "b", i), content+" too"); err != nil {
			t.Fatal(err)
		}
		hears(t, onAnn, content+" too")
	}
	if err := onAnn.Heartbeat(); err != nil {
		t.Error(err)
	}
}

// hangs expects sockets to open although a node is silent.
func hangs(t *testing.T, node *harness.Server, c *harness.Client) {
	t.Helper()
	node.Pause()
	defer node.Resume()
	for range 4 {
		began := time.Now()
		c.Dial()
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("a node that hangs held a socket up for %s", took)
		}
	}
}

// bodyLimits has the balancer let an upload through, which is the node's to judge
// (here it refuses the login), and refuse what is too large for anything.
func bodyLimits(t *testing.T, front *harness.Server) {
	t.Helper()
	for mb, want := range map[int]int{100: http.StatusUnauthorized, 120: http.StatusRequestEntityTooLarge} {
		conn, err := net.Dial("tcp", front.Host())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(5 * time.Second))
		fmt.Fprintf(conn, "POST /attach/upload HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer x\r\nContent-Length: %d\r\n\r\n", front.Host(), mb<<20)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || answer.StatusCode != want {
			t.Errorf("%d MB: %+v, %v; want %d", mb, answer, err, want)
		}
	}
}

// draining stands for a node that serves requests and refuses new sockets; unready
// says whether it tells so when it is asked, or in the moment before.
type draining struct {
	host            string
	unready         atomic.Bool
	refused, served atomic.Int64
}

func newDraining(t *testing.T, behind *harness.Server) *draining {
	t.Helper()
	d := new(draining)
	target, err := url.Parse(behind.URL(""))
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/chat" || r.URL.Path == "/readyz" && d.unready.Load() {
			d.refused.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if r.URL.Path == "/attach/upload" {
			w.WriteHeader(http.StatusUnauthorized) // as a node does, which proxy would have wait for all of the body
			return
		}
		if r.URL.Path != "/readyz" && r.URL.Path != "/healthz" {
			d.served.Add(1)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	d.host = strings.TrimPrefix(server.URL, "http://")
	return d
}

// becomesUnready expects that soon nothing is asked of the node any more.
func (d *draining) becomesUnready(t *testing.T, c *harness.Client) {
	t.Helper()
	if d.served.Load() == 0 {
		t.Error("the node was not used while it was ready")
	}
	d.unready.Store(true)
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		before := d.served.Load()
		for range 6 {
			c.Get("/user/logins")
		}
		if d.served.Load() == before {
			return
		}
	}
	t.Error("a node that is not ready is still used")
}
