package services

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// endEnv makes this test binary, started once more, the process that ends.
const endEnv = "GINCHAT_TEST_END"

// However a test process ends, its servers and their files go with it.
func TestNothingIsLeft(t *testing.T) {
	if how := os.Getenv(endEnv); how != "" {
		endLike(t, how)
	}
	need(t, mariaDBPackages, "mariadbd")
	for _, how := range []string{"panic", "kill"} {
		t.Run(how, func(t *testing.T) {
			child := exec.Command(os.Args[0], "-test.run=^TestNothingIsLeft$")
			child.Env = append(os.Environ(), endEnv+"="+how)
			output, err := child.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			var pid int
			var dir string
			for lines := bufio.NewScanner(output); lines.Scan(); {
				if _, err := fmt.Sscanf(lines.Text(), "server %d %s", &pid, &dir); err == nil {
					break
				}
			}
			if pid == 0 {
				t.Fatal("the child started no server")
			}
			if how == "kill" {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
			if err := child.Wait(); err == nil {
				t.Error("the child ended well")
			}
			wantGone(t, pid, dir)
		})
	}
}

// endLike starts a server, says which, and ends without tidying up.
func endLike(t *testing.T, how string) {
	server := StartMariaDB(t, false)
	fmt.Printf("server %d %s\n", server.Pid(), server.dir)
	if how == "panic" {
		go panic("as a test might") // not in the test's goroutine: t.Cleanup never runs
	}
	select {}
}

func wantGone(t *testing.T, pid int, dir string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		_, err := os.Stat(dir)
		if !running(pid) && os.IsNotExist(err) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("server %d still runs: %v; files in %s", pid, running(pid), dir)
}

// running takes a process that nobody has waited for yet as ended.
func running(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(status), ") Z ")
}
