// Package harness runs the real server as a process and talks to it as its
// clients do, for tests that go from end to end.
package harness

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"ginchat/test/services"
)

// BinaryEnv names a built server to test instead of building one.
const BinaryEnv = "GINCHAT_TEST_BINARY"

// shared is the server that all tests of this process run.
var shared = sync.OnceValues(func() (string, error) {
	dir, err := services.Folder("build")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "ginchat")
	return path, build(path)
})

// Binary returns the path of the server, built with the race detector, once for
// all tests of the process.
func Binary(t testing.TB) string {
	t.Helper()
	if path := os.Getenv(BinaryEnv); path != "" {
		return path
	}
	path, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Edit replaces Old, which File has exactly once, by New. File is relative to
// the module's root.
type Edit struct{ File, Old, New string }

// Mutant returns the path of a server built with edits, to show that a test can
// fail. The sources themselves stay as they are.
func Mutant(t testing.TB, edits ...Edit) string {
	t.Helper()
	leaveOut(t)
	dir, root := t.TempDir(), Root(t)
	replace := map[string]string{}
	for i, e := range edits {
		original := filepath.Join(root, e.File)
		if replace[original] == "" {
			replace[original] = original
		}
		source, err := os.ReadFile(replace[original])
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(source), e.Old); n != 1 {
			t.Fatalf("%s has %q %d times, want once: the edit no longer fits the source", e.File, e.Old, n)
		}
		edited := filepath.Join(dir, fmt.Sprintf("edit%d.go", i))
		if err := os.WriteFile(edited, []byte(strings.Replace(string(source), e.Old, e.New, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[original] = edited
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "ginchat")
	if err := build(path, "-overlay="+list); err != nil {
		t.Fatal(err)
	}
	return path
}

func build(path string, flags ...string) error {
	root, err := root()
	if err != nil {
		return err
	}
	cmd := exec.Command("go", append(append([]string{"build", "-race", "-tags=nomsgpack", "-o", path}, flags...), ".")...)
	cmd.Dir = root
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the server: %w\n%s", err, output)
	}
	return nil
}

// Root returns the module's folder.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func root() (string, error) {
	dir, err := os.Getwd() // a test runs in its package's folder
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the test's folder")
		}
		dir = parent
	}
}
