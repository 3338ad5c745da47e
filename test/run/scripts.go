package main

import (
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// tally finds the sums at the end of node's TAP output.
var tally = regexp.MustCompile(`(?m)^# (pass|fail|cancelled|skipped) (\d+)$`)

// scriptTests runs the page scripts' tests under node.
func scriptTests() result {
	var files []string
	err := filepath.WalkDir("asset/js", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".test.js") {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		return verdict("page scripts", false, "no tests in asset/js")
	}
	if _, err := exec.LookPath("node"); err != nil {
		return verdict("page scripts", false, "node is missing; install it: apt-get install nodejs")
	}
	args := append([]string{"--test", "--test-reporter=tap"}, files...)
	output, err := command("node", args...).CombinedOutput()
	var total result
	for _, sum := range tally.FindAllStringSubmatch(string(output), -1) {
		n, _ := strconv.Atoi(sum[2]) // the pattern matches digits only
		switch sum[1] {
		case "pass":
			total.passed += n
		case "skipped":
			total.skipped += n
		default:
			total.failed += n
		}
	}
	if err != nil || total.passed == 0 {
		total.failed = max(total.failed, 1)
		verdict("page scripts", false, string(output))
		return total
	}
	verdict("page scripts", true, "")
	return total
}
