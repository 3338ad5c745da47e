// Command run is what `make test` does: checks of the source, all Go tests,
// all page scripts' tests, and one line that sums them up. It exits with 1 if
// anything failed or nothing was tested.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

func main() {
	short := flag.Bool("short", false, "leave out what needs MariaDB, Redis or Chromium")
	flag.Parse()
	start := time.Now()
	total := checks()
	total.add(goTests(*short))
	total.add(scriptTests())
	fmt.Printf("%d skipped, in %s\n", total.skipped, time.Since(start).Round(time.Second))
	fmt.Printf("%d passed, %d failed\n", total.passed, total.failed)
	if total.failed > 0 {
		os.Exit(1)
	}
}

// result counts tests.
type result struct{ passed, failed, skipped int }

func (r *result) add(other result) {
	r.passed += other.passed
	r.failed += other.failed
	r.skipped += other.skipped
}

// verdict is the result of one check, told on a line of its own.
func verdict(name string, ok bool, output string) result {
	if ok {
		fmt.Println("ok  ", name)
		return result{passed: 1}
	}
	fmt.Printf("FAIL %s\n%s\n", name, strings.TrimSpace(output))
	return result{failed: 1}
}

// command prepares a program that sees none of the caller's own GinChat settings.
func command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "GINCHAT_") || strings.HasPrefix(variable, "GINCHAT_TEST_") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	return cmd
}
