package common

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// alone runs a test where no default file lies about.
func alone(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	return dir
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(alone(t), "my.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoadNothing(t *testing.T) {
	alone(t)
	cfg, err := Load(nil, []string{"HOME=/root"})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(cfg, Default()) {
		t.Errorf("got %+v, want the defaults", cfg)
	}
	if cfg.Server.Addr() != "127.0.0.1:8080" || cfg.MySQL.IP != "" || cfg.Redis.Configured() || cfg.Several() {
		t.Errorf("the defaults are not one embedded node on 127.0.0.1:8080: %+v", cfg)
	}
}

// The shipped file is the manual: it has every key, each with its default.
func TestShippedFile(t *testing.T) {
	cfg := Default()
	settings := settingsOf(&cfg)
	set, err := parseFile("config.yaml", []byte(shipped), settings)
	if err != nil {
		t.Fatal(err)
	}
	if len(set) != len(settings) {
		t.Errorf("the file has %d keys of %d", len(set), len(settings))
	}
	for _, a := range set {
		one, _ := settings.find(a.key)
		before := one.field.Interface()
		if want := settings.set(a.key, a.value); want != "" {
			t.Errorf("%s: %s", a.key, want)
		}
		after := one.field
		if after.Kind() == reflect.Slice || after.Kind() == reflect.Map {
			if after.Len() != 0 {
				t.Errorf("%s is not empty", a.key)
			}
		} else if after.Interface() != before {
			t.Errorf("%s is %v in the file and %v by default", a.key, after, before)
		}
	}
}

func TestPrecedence(t *testing.T) {
	path := write(t, "server:\n  port: 1\n  ip: 1.1.1.1\n  domain: file\nlog: {level: warn}\n")
	cfg, err := Load([]string{"--config", path, "--server.port=3"}, []string{"GINCHAT_SERVER_PORT=2", "GINCHAT_SERVER_IP=2.2.2.2"})
	if err != nil {
		t.Fatal(err)
	}
	if s := cfg.Server; s.Port != 3 || s.IP != "2.2.2.2" || s.Domain != "file" || cfg.Log.Level != "warn" || s.HeartBeat != 60 {
		t.Errorf("got %+v, %+v", s, cfg.Log)
	}
}

func TestDefaultFile(t *testing.T) {
	dir := alone(t)
	if err := os.Mkdir(filepath.Join(dir, "common"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "common/config.yaml"), []byte("server: {port: 9}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]int{"": 9, "--config=": 8080} {
		cfg, err := Load(strings.Fields(args), nil)
		if err != nil || cfg.Server.Port != want {
			t.Errorf("%q: port %d, %v; want %d", args, cfg.Server.Port, err, want)
		}
	}
}

func TestListsAndMaps(t *testing.T) {
	want := Default()
	want.Server.Nodes = []string{"10.0.0.1", "10.0.0.2:9"}
	want.Server.TrustedProxies = []string{"10.0.0.0/8", "::1"}
	want.Redis.Addrs = []string{"a:1", "b:2"}
	want.RPC.Dial = map[string]string{"a:1": "b:2", "c:3": "d:4"}
	want.RPC.Secret, want.MySQL.IP, want.MySQL.Pwd = "s", "db", "long enough"
	values := map[string]string{
		"server.nodes": "10.0.0.1, 10.0.0.2:9", "server.trusted_proxies": "10.0.0.0/8,::1",
		"redis.addrs": "a:1,b:2,", "rpc.dial": "a:1=b:2, c:3 = d:4", "rpc.secret": "s", "mysql.ip": "db", "mysql.pwd": "long enough",
	}
	file := write(t, `
server: {nodes: [10.0.0.1, "10.0.0.2:9"], trusted_proxies: [10.0.0.0/8, "::1"]}
redis: {addrs: ["a:1", "b:2"]}
rpc: {secret: s, dial: {"a:1": "b:2", "c:3": "d:4"}}
mysql: {ip: db, pwd: long enough}
`)
	var flags, env []string
	for key, value := range values {
		flags = append(flags, "--"+key+"="+value)
		env = append(env, EnvPrefix+strings.ToUpper(strings.ReplaceAll(key, ".", "_"))+"="+value)
	}
	for name, load := range map[string]func() (Config, error){
		"flags": func() (Config, error) { return Load(flags, nil) },
		"env":   func() (Config, error) { return Load(nil, env) },
		"file":  func() (Config, error) { return Load([]string{"--config=" + file}, nil) },
	} {
		if got, err := load(); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v\nwant %+v", name, got, err, want)
		}
	}
}

func TestAskedFor(t *testing.T) {
	alone(t)
	for arg, want := range map[string]error{"--help": ErrHelp, "-h": ErrHelp, "--version": ErrVersion} {
		if _, err := Load([]string{arg}, nil); !errors.Is(err, want) {
			t.Errorf("%s: %v", arg, err)
		}
	}
	if !strings.Contains(Usage(), "heart_beat: 60") {
		t.Error("the usage does not list the keys")
	}
}

func TestForeignVariables(t *testing.T) {
	alone(t)
	env := []string{"GINCHAT_TEST_MARIADB=x", "GINCHAT_SERVICE_HOST=10.0.0.1", "GINCHAT_PORT=tcp://10.0.0.1:80", "GINCHAT_PORT_80_TCP=x", "GIN_MODE=debug"}
	if _, err := Load(nil, env); err != nil {
		t.Error(err)
	}
}
