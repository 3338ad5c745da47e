package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docs/scaling.md has the table that the program prints.
func TestDocumentHasTheTable(t *testing.T) {
	text := read(t, "docs/scaling.md")
	if want := table(columns()); !strings.Contains(text, want) {
		t.Errorf("docs/scaling.md has not what go run ./test/sim prints:\n%s", want)
	}
}

// The code has the constants that the simulation reckons with.
func TestCodeIsAsAssumed(t *testing.T) {
	var code strings.Builder
	files, err := filepath.Glob("../../httphandlerpack/chat/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no code: %v", err)
	}
	for _, file := range files {
		code.WriteString(read(t, strings.TrimPrefix(filepath.ToSlash(file), "../../")))
	}
	code.WriteString(read(t, "common/config.yaml"))
	for _, want := range []string{
		fmt.Sprintf(`(?m)^\tmaxBatch += %d\b`, maxBatch),
		fmt.Sprintf(`(?m)^\tmaxForward += %d$`, maxForward),
		fmt.Sprintf(`(?m)^\tportion += %d$`, portion),
		`(?m)^\trenewAfter += time\.Minute$`,
		fmt.Sprintf(`(?m)^\tbeatEvery += %d \* time\.Second$`, int(beatEvery.Seconds())),
		`(?m)^\ttailEvery += time\.Second$`,
		`return max\(2, min\(4, runtime\.GOMAXPROCS\(0\)\)\)`,
		fmt.Sprintf(`\bmax_open_conns: %d\b`, poolSize),
		fmt.Sprintf(`\bcommunity_members: %d\b`, largest),
		fmt.Sprintf(`\bdrain: %d\b`, int(drainFor.Seconds()/0.8)),
	} {
		if n := len(regexp.MustCompile(want).FindAllString(code.String(), -1)); n != 1 {
			t.Errorf("%s is there %d times; parameters.go has to follow the code, and docs/scaling.md what the program prints then", want, n)
		}
	}
}

func TestNumber(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 0.03456: "0.0346", 7: "7", 12.34: "12.3", 999.4: "999", 999.6: "1,000",
		1234: "1,230", 20_000: "20,000", 1_234_567: "1,230,000"} {
		if got := number(x); got != want {
			t.Errorf("%v is written %s, want %s", x, got, want)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
