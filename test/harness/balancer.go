package harness

import (
	"path/filepath"
	"testing"

	"ginchat/test/services"
)

// Nginx starts nginx with the shipped configuration before nodes, which are
// host:port, and returns it as a server that clients can be of. It has no
// process, data or log of ours.
func Nginx(t testing.TB, nodes ...string) *Server {
	t.Helper()
	b := services.StartNginx(t, filepath.Join(Root(t), "deploy/nginx.conf"), nodes...)
	return &Server{t: t, front: b.Addr()}
}

// HAProxy is Nginx with the other balancer.
func HAProxy(t testing.TB, nodes ...string) *Server {
	t.Helper()
	b := services.StartHAProxy(t, filepath.Join(Root(t), "deploy/haproxy.cfg"), nodes...)
	return &Server{t: t, front: b.Addr()}
}
