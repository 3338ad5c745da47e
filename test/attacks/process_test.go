package attacks

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// residentMiB returns how much memory the server has now.
func residentMiB(t *testing.T, w *world) int { t.Helper(); return memory(t, w, "VmRSS") }

// peakMiB returns how much memory the server ever had.
func peakMiB(t *testing.T, w *world) int { t.Helper(); return memory(t, w, "VmHWM") }

func memory(t *testing.T, w *world, field string) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.server.Pid()))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			kib, err := strconv.Atoi(strings.Fields(value)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kib >> 10
		}
	}
	t.Fatalf("no %s in the server's status", field)
	return 0
}
