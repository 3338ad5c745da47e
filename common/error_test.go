package common

import (
	"errors"
	"strings"
	"testing"
)

// fault is something wrong and what the message says of it.
type fault struct {
	name, file string
	args, env  []string
	want       string
}

func faults() []fault {
	several := "GINCHAT_SERVER_NODES=10.0.0.1,10.0.0.2"
	return []fault{
		{name: "unknown key", file: "server:\n  port: 1\n  prot: 2\n", want: `my.yaml:3: server.prot: unknown key; server has protocol, ip, port,`},
		{name: "unknown section", file: "sever:\n  port: 1\n", want: `my.yaml:1: sever: unknown key; there are the sections server, rpc,`},
		{name: "unknown flag", args: []string{"--server.prot=1"}, want: `command line: --server.prot: unknown key; server has protocol,`},
		{name: "unknown variable", env: []string{"GINCHAT_SERVER_PROT=1"}, want: `environment variable GINCHAT_SERVER_PROT: unknown key; server has protocol,`},
		{name: "number in file", file: "server:\n  port: http\n", want: `my.yaml:2: server.port: wants a whole number, not "http"`},
		{name: "number in flag", args: []string{"--server.port=x"}, want: `flag --server.port: server.port: wants a whole number, not "x"`},
		{name: "number in variable", env: []string{"GINCHAT_SERVER_PORT="}, want: `environment variable GINCHAT_SERVER_PORT: server.port: wants a whole number, not ""`},
		{name: "huge number", file: "server: {port: 99999999999999999999}", want: `wants a whole number`},
		{name: "boolean", file: "server: {debug: maybe}", want: `my.yaml:1: server.debug: wants true or false, not "maybe"`},
		{name: "list for text", file: "server: {ip: [a]}", want: `server.ip: wants one text`},
		{name: "map for list", file: "server: {nodes: {a: b}}", want: `server.nodes: wants a list`},
		{name: "list for map", file: "rpc: {dial: [a]}", want: `rpc.dial: wants a map`},
		{name: "bad pair", args: []string{"--rpc.dial=a"}, want: `rpc.dial: wants from=to,from=to, not "a"`},
		{name: "nest", file: "server: {nodes: [[a]]}", want: `plain values`},
		{name: "section is text", file: "server: 8080", want: `my.yaml:1: server: is a section with the keys protocol,`},
		{name: "file is text", file: "hello", want: `my.yaml:1: wants sections: server,`},
		{name: "twice", file: "log:\n  level: info\n  level: warn\n", want: `my.yaml:3: log.level: is set twice`},
		{name: "not yaml", file: "server:\n\tport: 1\n", want: `my.yaml:2: is not YAML: `},
		{name: "two documents", file: "log: {}\n---\nlog: {}\n", want: `one YAML document`},
		{name: "port", file: "server:\n  port: 65536\n", want: `my.yaml:2: server.port: wants a port from 0 to 65535, not 65536`},
		{name: "protocol", args: []string{"--server.protocol=ftp"}, want: `flag --server.protocol: server.protocol: wants http or https, not "ftp"`},
		{name: "negative", env: []string{"GINCHAT_LIMITS_TEXT_BYTES=-1"}, want: `limits.text_bytes: wants a number from 0 (off)`},
		{name: "proxy", args: []string{"--server.trusted_proxies=10.0.0.1,all"}, want: `server.trusted_proxies: wants addresses like 10.0.0.1 or 10.0.0.0/8, not "all"`},
		{name: "key without cert", args: []string{"--server.tls_key=k"}, want: `server.tls_cert: wants server.tls_key beside it`},
		{name: "domain", args: []string{"--server.enforce_domain"}, want: `server.domain: must be set for server.enforce_domain`},
		{name: "level", args: []string{"--log.level=loud"}, want: `log.level: wants debug, info, warn, error, not "loud"`},
		{name: "missing file", args: []string{"--config=/nowhere.yaml"}, want: `flag --config: config: cannot read "/nowhere.yaml": no such file or directory`},
		{name: "missing file by variable", env: []string{"GINCHAT_CONFIG=/nowhere.yaml"}, want: `environment variable GINCHAT_CONFIG: config: cannot read`},
		{name: "not a flag", args: []string{"start"}, want: `command line: "start" is not a flag`},
		{name: "several on sqlite", env: []string{several, "GINCHAT_RPC_SECRET=s"}, want: `mysql.ip: several nodes need a database they share`},
		{name: "several without secret", env: []string{several, "GINCHAT_MYSQL_IP=db", "GINCHAT_MYSQL_PWD=long enough"}, want: `rpc.secret: several nodes need rpc.secret`},
		{name: "several without password", env: []string{several, "GINCHAT_MYSQL_IP=db", "GINCHAT_RPC_SECRET=s"}, want: `mysql.pwd: several nodes need a password`},
		{name: "several unreachable", env: []string{several, "GINCHAT_MYSQL_IP=db", "GINCHAT_MYSQL_PWD=long enough", "GINCHAT_RPC_SECRET=s", "GINCHAT_RPC_IP=0.0.0.0"}, want: `rpc.advertise: several nodes need an address`},
		{name: "several with known password", file: "redis: {ip: r}\nrpc: {secret: s}\nmysql:\n  ip: db\n  pwd: 123456\n", want: `my.yaml:5: mysql.pwd: several nodes need a password`},
		{name: "control characters", args: []string{"--server.domain=a\nb\x1b[31m"}, want: `server.domain: wants a host name`},
		{name: "control characters in a key", file: "\"a\\nb\": {}", want: `my.yaml:1: a b: unknown key`},
	}
}

// Each fault is one line that names source and key and says what would be right.
func TestFaults(t *testing.T) {
	for _, tt := range faults() {
		t.Run(tt.name, func(t *testing.T) {
			args := tt.args
			if tt.file != "" {
				args = append(args, "--config="+write(t, tt.file))
			} else {
				alone(t)
			}
			_, err := Load(args, tt.env)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if text := err.Error(); !strings.Contains(text, tt.want) || strings.ContainsAny(text, "\n\r\x1b") {
				t.Errorf("got  %s\nwant %s", text, tt.want)
			}
		})
	}
}

func TestSecretsStayOut(t *testing.T) {
	alone(t)
	const secret = "hunter2"
	for _, key := range []string{"mysql.pwd", "rpc.secret", "redis.pwd", "storage.secret_key", "push.private_key"} {
		cfg := Default()
		settings := settingsOf(&cfg)
		if want := settings.set(key, value{shape: asList, list: []string{secret}}); want == "" || strings.Contains(want, secret) {
			t.Errorf("%s: %q", key, want)
		}
		if one, _ := settings.find(key); !one.secret {
			t.Errorf("%s is not marked secret", key)
		}
	}
}

func TestSeveralNodes(t *testing.T) {
	alone(t)
	base := []string{"GINCHAT_MYSQL_IP=db", "GINCHAT_MYSQL_PWD=long enough"}
	for name, tt := range map[string]struct {
		env  []string
		want bool
	}{
		"alone":             {nil, false},
		"one in the list":   {[]string{"GINCHAT_SERVER_NODES=10.0.0.1"}, false},
		"redis for itself":  {[]string{"GINCHAT_REDIS_IP=r"}, false},
		"redis and secret":  {[]string{"GINCHAT_REDIS_ADDRS=r:1", "GINCHAT_RPC_SECRET=s"}, true},
		"list and secret":   {[]string{"GINCHAT_SERVER_NODES=a,b", "GINCHAT_RPC_SECRET=s"}, true},
		"list and files":    {[]string{"GINCHAT_SERVER_NODES=a,b", "GINCHAT_RPC_TLS_CERT=c", "GINCHAT_RPC_TLS_KEY=k", "GINCHAT_RPC_TLS_CA=a"}, true},
		"https at balancer": {[]string{"GINCHAT_SERVER_PROTOCOL=https"}, false},
	} {
		cfg, err := Load(nil, append(base, tt.env...))
		if err != nil || cfg.Several() != tt.want {
			t.Errorf("%s: several %v, %v; want %v", name, cfg.Several(), err, tt.want)
		}
	}
}

func TestBursts(t *testing.T) {
	l := Default().Limits
	if l.SocketBurst() != 50 || l.MessageBurst() != 30 {
		t.Errorf("bursts %d and %d, want 50 and 30", l.SocketBurst(), l.MessageBurst())
	}
	if off := (Limits{}); off.SocketBurst() != 0 || off.MessageBurst() != 0 {
		t.Error("an unlimited rate has a burst")
	}
}
