package services

import "testing"

// StartHAProxy starts an HAProxy of t's own before nodes, which are host:port;
// config is the path of the shipped haproxy.cfg.
func StartHAProxy(t testing.TB, config string, nodes ...string) *Balancer {
	t.Helper()
	kind := balancer{
		name: "haproxy", install: "haproxy",
		edits: func(_, addr string) []edit {
			return []edit{
				{"user haproxy\n", "\n"},
				{"group haproxy\n", "\n"},
				{"log /dev/log local0", "log stdout format raw local0"},
				{"maxconn 60000", "maxconn 1000"},
				{"bind :80\n", "bind " + addr + "\n"},
			}
		},
		args: func(_, file string) []string { return []string{"-db", "-f", file} },
	}
	return startBalancer(t, kind, config, nodes)
}
