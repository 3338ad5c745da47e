package faults

import (
	"fmt"
	"testing"
	"time"
)

// usage is what all nodes take of the machine, with the same sockets open.
type usage struct{ goroutines, descriptors, heap float64 }

func (r *ring) usage() (sum usage) {
	for _, node := range r.Nodes {
		sum.goroutines += node.Metric("go_goroutines")
		sum.descriptors += node.Metric("process_open_fds")
		sum.heap += node.Metric("go_memstats_heap_inuse_bytes")
	}
	return sum
}

// within reports whether u is at most a tenth and a few more than before.
func (u usage) within(before usage) bool {
	const few = 20
	const noise = 20 << 20 // of memory that is free and not yet collected
	return u.goroutines <= 1.1*before.goroutines+few && u.descriptors <= 1.1*before.descriptors+few && u.heap <= 1.1*before.heap+noise
}

// leaks checks that the nodes take no more than before all the faults, a minute
// after them at the latest (I26).
func (r *ring) leaks(t *testing.T, before usage) {
	began := time.Now()
	now := r.usage()
	for ; !now.within(before) && time.Since(began) < time.Minute; now = r.usage() {
		time.Sleep(500 * time.Millisecond)
	}
	if !now.within(before) {
		t.Errorf("a minute after the storms the nodes take %+v, before it was %+v", now, before)
	}
	fmt.Printf("%s: goroutines %.0f, before %.0f; descriptors %.0f, before %.0f; heap %.1f MB, before %.1f MB; after %s\n", t.Name(),
		now.goroutines, before.goroutines, now.descriptors, before.descriptors, now.heap/1e6, before.heap/1e6, round(time.Since(began)))
}
