package harness

import (
	"path/filepath"
	"testing"

	"ginchat/test/services"
)

// Behind returns what clients reach at addr as a server. It has no process, data
// or log of ours.
func Behind(t testing.TB, addr string) *Server { return &Server{t: t, front: addr} }

// Nginx starts nginx with the shipped configuration before nodes, which are
// host:port.
func Nginx(t testing.TB, nodes ...string) *Server {
	t.Helper()
	return Behind(t, services.StartNginx(t, filepath.Join(Root(t), "deploy/nginx.conf"), nodes...).Addr())
}

// HAProxy is Nginx with the other balancer.
func HAProxy(t testing.TB, nodes ...string) *Server {
	t.Helper()
	return Behind(t, services.StartHAProxy(t, filepath.Join(Root(t), "deploy/haproxy.cfg"), nodes...).Addr())
}
