package logger

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ginchat/common"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// S38: nothing that somebody sends can break or fake a line.
func TestOneLinePerEntry(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	log, closeLog, err := New(common.Server{LogPath: dir}, common.Log{Level: "info"}, "v1")
	if err != nil {
		t.Fatal(err)
	}
	nasty := []string{"a\r\nb", "\x1b[31mred", "\x00", "a\u2028b\u0085c\u202ed\x7f\U000e0001 👍", "\xff", `"},{"level":"error"`, strings.Repeat("x", 1<<20)}
	for _, text := range nasty {
		log.Info(text, zap.String(text, text))
	}
	log.Debug("below the level")
	if err := closeLog(); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(filepath.Join(dir, "ginchat.log"))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSuffix(written, []byte("\n")), []byte("\n"))
	if len(lines) != len(nasty) {
		t.Fatalf("%d lines for %d entries", len(lines), len(nasty))
	}
	for i, line := range lines {
		var entry map[string]any
		if err := json.Unmarshal(line, &entry); err != nil {
			t.Errorf("line %d: %v", i, err)
		}
		if want := strings.ToValidUTF8(nasty[i], "\ufffd"); entry["msg"] != want {
			t.Errorf("line %d: message %q, want %q", i, entry["msg"], want)
		}
		if entry["level"] != "info" || entry["version"] != "v1" || entry["time"] == nil {
			t.Errorf("line %d: level %v, version %v, time %v", i, entry["level"], entry["version"], entry["time"])
		}
		if bytes.ContainsAny(line, "\r\x1b\x00\x7f\u0085\u2028\u202e") {
			t.Errorf("line %d has a control character", i)
		}
	}
}

func TestUnwritableFolder(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := New(common.Server{LogPath: blocked}, common.Log{Level: "info"}, "")
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "server.log_path") {
		t.Errorf("got %v, want one line that names server.log_path", err)
	}
}

func TestStdout(t *testing.T) {
	log, closeLog, err := New(common.Server{LogStdout: true}, common.Log{Level: "warn"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if log.Core().Enabled(zapcore.InfoLevel) || !log.Core().Enabled(zapcore.WarnLevel) {
		t.Error("the level is not warn")
	}
	if err := closeLog(); err != nil {
		t.Error(err)
	}
}
