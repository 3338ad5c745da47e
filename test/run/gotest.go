package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// event is one line of go test -json, see `go doc test2json`.
type event struct {
	Action     string
	Package    string
	ImportPath string // in place of Package while building
	Test       string
	Elapsed    float64
	Output     string
}

// alone is the package that runs after all others: it measures how soon a
// server answers while what it stands on is killed.
const alone = "ginchat/test/faults"

// goTests runs every package's tests.
func goTests(short bool) result {
	output, err := command("go", "list", "-tags", tags, "./...").Output()
	if err != nil {
		return verdict("go list", false, err.Error())
	}
	packages := strings.Fields(string(output))
	others := slices.DeleteFunc(slices.Clone(packages), func(name string) bool { return name == alone })
	total := testPackages(others, short)
	if len(others) < len(packages) {
		total.add(testPackages([]string{alone}, short, "-parallel", "8")) // those that run in parallel do nothing but wait
	}
	if total.passed == 0 {
		total.add(verdict("go test", false, "no test was run"))
	}
	return total
}

// testPackages runs the tests of these packages. Two at a time suit two cores;
// more would make tests that wait for something wait too long.
func testPackages(packages []string, short bool, flags ...string) result {
	args := append([]string{"test", "-json", "-tags", tags, "-p", "2", "-timeout", "10m"}, flags...)
	if short {
		args = append(args, "-short")
	}
	race := hasCompiler()
	if race {
		args = append(args, "-race")
	} else {
		fmt.Println("no C compiler: the race detector is off")
	}
	cmd := command("go", append(args, packages...)...)
	if !short {
		binary, err := buildServer(race)
		if err != nil {
			return verdict("go build", false, err.Error())
		}
		cmd.Env = append(cmd.Env, "GINCHAT_TEST_BINARY="+binary)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return verdict("go test", false, err.Error())
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return verdict("go test", false, err.Error())
	}
	r := report{printed: map[string]*strings.Builder{}, failedIn: map[string]bool{}}
	lines := bufio.NewReader(output)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			r.line(line)
		}
		if err != nil {
			break
		}
	}
	if err := cmd.Wait(); err != nil && r.failed == 0 {
		r.add(verdict("go test", false, err.Error()))
	}
	return r.result
}

// buildServer builds, once for all end-to-end tests, the server they run.
func buildServer(race bool) (string, error) {
	binary, err := filepath.Abs(".build/ginchat-test")
	if err != nil {
		return "", err
	}
	args := []string{"build", "-tags", tags, "-o", binary, "-race=" + strconv.FormatBool(race), "."}
	if output, err := command("go", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return binary, nil
}

func hasCompiler() bool {
	cc, err := command("go", "env", "CC").Output()
	if err != nil {
		return false
	}
	_, err = exec.LookPath(strings.TrimSpace(string(cc)))
	return err == nil
}

// report turns events into counts and shows what failed.
type report struct {
	result
	printed  map[string]*strings.Builder // by package and test
	failedIn map[string]bool             // packages in which a test failed
}

func (r *report) line(line string) {
	var e event
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		fmt.Print(line) // the go command's own words
		return
	}
	key := e.Package + e.ImportPath + " " + e.Test
	switch e.Action {
	case "output", "build-output":
		if r.printed[key] == nil {
			r.printed[key] = new(strings.Builder)
		}
		r.printed[key].WriteString(e.Output)
		return
	case "build-fail":
		fmt.Print(r.take(key))
	case "pass", "fail", "skip":
		if e.Test != "" {
			r.test(e, key)
		} else {
			r.pkg(e, key)
		}
	}
}

func (r *report) test(e event, key string) {
	switch e.Action {
	case "pass":
		r.passed++
	case "skip":
		r.skipped++
	case "fail":
		r.failed++
		r.failedIn[e.Package] = true
		fmt.Print(r.take(key))
	}
	delete(r.printed, key)
}

func (r *report) pkg(e event, key string) {
	switch {
	case e.Action == "pass":
		fmt.Printf("ok   %s %.1fs\n", e.Package, e.Elapsed)
	case e.Action == "fail":
		fmt.Printf("FAIL %s %.1fs\n", e.Package, e.Elapsed)
		if !r.failedIn[e.Package] { // it did not build, or ended outside of a test
			r.failed++
			fmt.Print(r.take(key))
		}
	}
	delete(r.printed, key)
}

func (r *report) take(key string) string {
	if text := r.printed[key]; text != nil {
		return text.String()
	}
	return ""
}
