package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ginchat/test/harness"
)

// readmes are the two languages.
var readmes = []string{"README.md", "docs/README.zh-CN.md"}

// example finds the code blocks to be run: "sh run", and "sh node" for those that
// need a Node with a WebSocket of its own.
var example = regexp.MustCompile("(?ms)^```sh (run|node)\n(.*?)^```$")

// The examples of the README work as they stand, one after the other in one
// shell, on a server with nothing but defaults.
func TestReadmeExamples(t *testing.T) {
	sockets, nodeFlags := nodeWithSockets(t)
	for _, name := range readmes {
		t.Run(name, func(t *testing.T) {
			server := harness.Start(t, harness.ShippedLimits())
			var script strings.Builder
			for _, block := range example.FindAllStringSubmatch(read(t, name), -1) {
				if block[1] == "run" || sockets {
					script.WriteString(block[2])
				}
			}
			if strings.Count(script.String(), "curl ") < 10 {
				t.Fatalf("found few examples:\n%s", script.String())
			}
			text := strings.ReplaceAll(script.String(), "127.0.0.1:8080", server.Host())
			cmd := exec.Command("sh", "-eu", "-c", text)
			cmd.Dir = t.TempDir()
			cmd.Env = append(os.Environ(), "NODE_OPTIONS="+nodeFlags)
			output, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			for _, refusal := range []string{`"code":-1`, `"cmd":2`, "404 page not found"} {
				if strings.Contains(string(output), refusal) {
					t.Errorf("an example is refused:\n%s", output)
				}
			}
			if sockets && !strings.Contains(string(output), `"cmd":1,`) {
				t.Errorf("no ack over the socket:\n%s", output)
			}
		})
	}
}

// nodeWithSockets reports whether there is a Node that can run the WebSocket
// example, and the flags that older ones need. Which one Debian has depends on
// its release, so its lack is no failure.
func nodeWithSockets(t *testing.T) (ok bool, flags string) {
	t.Helper()
	for _, flags := range []string{"", "--experimental-websocket"} {
		cmd := exec.Command("node", "-e", "process.exit(typeof WebSocket === 'function' ? 0 : 1)")
		cmd.Env = append(os.Environ(), "NODE_OPTIONS="+flags)
		if cmd.Run() == nil {
			return true, flags
		}
	}
	t.Log("Node is too old for the WebSocket example, which is left out")
	return false, ""
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(harness.Root(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
