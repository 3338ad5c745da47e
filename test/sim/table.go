package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// rows are the lines of the table. One without a value begins a part.
var rows = []struct {
	name  string
	value func(r *report) float64
}{
	{"nodes", (*report).nodes},
	{"processor cores of each", func(r *report) float64 { return float64(r.w.cores) }},
	{"users online", func(r *report) float64 { return r.nodes() * float64(r.w.users) }},
	{"users registered", func(r *report) float64 { return r.nodes() * float64(r.w.users) * registeredPerOnline }},
	{"each node, by the second", nil},
	{"messages stored", func(r *report) float64 { return r.each(r.t.messages) }},
	{"transactions for them", func(r *report) float64 { return r.each(r.t.commits) }},
	{"entries forwarded, by the directory", func(r *report) float64 { return r.each(r.t.forwards) }},
	{"the same if every node were told", (*report).broadcast},
	{"gRPC messages for them", func(r *report) float64 { return r.each(r.t.batches) }},
	{"entries repaired, 1 forward in 1,000 lost", func(r *report) float64 { return r.each(r.t.lost) }},
	{"reads for that", func(r *report) float64 { return r.each(r.t.repairs) }},
	{"read marks stored", func(r *report) float64 { return r.each(r.t.marks) }},
	{"read marks forwarded", func(r *report) float64 { return r.each(r.t.markForwards) }},
	{"changes of presence forwarded", func(r *report) float64 { return r.s.changes * r.s.told }},
	{"frames pushed: messages", func(r *report) float64 { return r.each(r.t.frames) }},
	{"frames pushed: read marks", func(r *report) float64 { return r.each(r.t.markFrames) }},
	{"frames pushed: presence", func(r *report) float64 { return r.s.frames }},
	{"keys held in the directory", func(r *report) float64 { return r.s.keys }},
	{"keys looked up for messages and marks", (*report).asked},
	{"keys looked up for presence", func(r *report) float64 { return r.s.lookUps }},
	{"keys put or dropped as sockets come and go", func(r *report) float64 { return r.s.moved }},
	{"keys put again", func(r *report) float64 { return r.s.renewed }},
	{"processor cores at work", (*report).nodeCores},
	{"all nodes, by the second", nil},
	{"rows written to the commit log", func(r *report) float64 { return r.all(r.t.commits) }},
	{"rows read from it", (*report).tailRows},
	{"MB read from it", func(r *report) float64 { return r.tailBytes() / 1e6 }},
	{"MariaDB cores for reading it", (*report).tailCores},
	{"MariaDB cores for all else", (*report).storeCores},
	{"connections to MariaDB", func(r *report) float64 { return r.nodes() * poolSize }},
	{"keys that Redis is asked for or told of", (*report).redisKeys},
	{"Redis cores", (*report).redisCores},
	{"GB of Redis", func(r *report) float64 { return r.redisBytes() / 1e9 }},
	{"lines of the registry read", func(r *report) float64 { return r.s.beats * r.nodes() * r.nodes() }},
	{"one node restarts, by the second", nil},
	{"sockets that move", func(r *report) float64 { return r.d.opens }},
	{"MariaDB cores for that", func(r *report) float64 { return r.d.opens * mariaOpen / 1e6 }},
	{"keys put or dropped", func(r *report) float64 { return r.d.keys }},
	{"changes of presence", func(r *report) float64 { return r.d.changes }},
	{"frames pushed for them", func(r *report) float64 { return r.d.frames }},
	{"one node dies", nil},
	{"seconds until the others have opened its sockets", (*report).reopening},
	{"seconds of one MariaDB core for that", func(r *report) float64 { return r.s.sockets * mariaOpen / 1e6 }},
}

// table writes the reports side by side, as docs/scaling.md has them.
func table(reports []*report) string {
	var b strings.Builder
	for i, row := range rows {
		name := row.name
		if row.value == nil {
			name = "**" + name + "**"
		}
		fmt.Fprintf(&b, "| %s |", name)
		for _, r := range reports {
			text := ""
			if row.value != nil {
				text = " " + number(row.value(r))
			}
			fmt.Fprintf(&b, "%s |", text)
		}
		b.WriteString("\n")
		if i == 0 {
			b.WriteString("|---" + strings.Repeat("|--:", len(reports)) + "|\n")
		}
	}
	return b.String()
}

// number writes a figure with three digits that count, so that machines that
// round differently write the same.
func number(x float64) string {
	if x >= 999.5 {
		unit := math.Pow(10, math.Floor(math.Log10(x))-2)
		digits := strconv.Itoa(int(math.Round(x/unit) * unit))
		for at := len(digits) - 3; at > 0; at -= 3 {
			digits = digits[:at] + "," + digits[at:]
		}
		return digits
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}
