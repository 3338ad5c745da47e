package services

import (
	"path/filepath"
	"testing"
)

// StartNginx starts an nginx of t's own before nodes, which are host:port; config
// is the path of the shipped nginx.conf.
func StartNginx(t testing.TB, config string, nodes ...string) *Balancer {
	t.Helper()
	return startBalancer(t, nginx(), config, nodes)
}

// RunNginx starts nginx at addr.
func RunNginx(config, addr string, nodes ...string) (*Balancer, error) {
	return nginx().run(config, addr, nodes)
}

func nginx() balancer {
	return balancer{
		name: "nginx", install: "nginx-light",
		edits: func(dir, addr string) []edit {
			folders := "http {\n"
			for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
				folders += "    " + kind + "_temp_path " + filepath.Join(dir, kind) + ";\n"
			}
			return []edit{
				{"user www-data;\n", ""},
				{"worker_rlimit_nofile 65536;", ""},
				{"worker_connections 16384;", "worker_connections 4096;"},
				{"pid /run/nginx.pid;", "pid " + filepath.Join(dir, "pid") + ";"},
				{"error_log /var/log/nginx/error.log crit;", "error_log stderr crit;"},
				{"access_log /var/log/nginx/access.log ginchat;", "access_log " + filepath.Join(dir, "access.log") + " ginchat;"},
				{"http {\n", folders},
				{"listen 80;", "listen " + addr + ";"},
			}
		},
		// One process, which goes when this one does; workers would stay.
		args: func(dir, file string) []string {
			return []string{"-e", "stderr", "-p", dir, "-c", file, "-g", "daemon off; master_process off;"}
		},
	}
}
