package common

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever the file, flags and environment hold, Load returns a configuration
// that passes its own rules or one printable line.
func FuzzLoad(f *testing.F) {
	f.Add(shipped, "--server.port=1", "GINCHAT_SERVER_NODES=a,b")
	f.Add("server:\n  port: x\n", "--rpc.dial=a=b", "GINCHAT_LOG_LEVEL=warn")
	f.Add("a: &a [*a]\nserver: *a\n", "--help", "GINCHAT_=")
	f.Add("server: {nodes: [null, {}], port: }", "--", "=")
	f.Add("? {a: b}\n: c\n", "-server.debug", "GINCHAT_CONFIG")
	f.Add("%YAML 9.9\n--- !!binary \"\xff\"", "--version=x", "GINCHAT_MYSQL_IP=::1%eth0")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, file, arg, variable string) {
		if strings.Contains(arg, "config") || strings.HasPrefix(variable, EnvPrefix+"CONFIG") {
			return // reading the machine's files proves nothing
		}
		path := filepath.Join(dir, "fuzz.yaml")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := Load([]string{"--config=" + path, arg}, []string{variable})
		var e *Error
		switch {
		case err == nil:
			if err := cfg.Validate(); err != nil {
				t.Errorf("an invalid configuration was loaded: %v", err)
			}
		case errors.Is(err, ErrHelp) || errors.Is(err, ErrVersion):
		case !errors.As(err, &e):
			t.Errorf("not an *Error: %v", err)
		case e.Want == "" || strings.ContainsAny(err.Error(), "\n\r\x1b\u2028\u0085"):
			t.Errorf("not one line: %q", err)
		}
	})
}
