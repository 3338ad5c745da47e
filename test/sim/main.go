// The program sim reckons what clusters of 3 to 500 nodes send each other, the
// database and Redis, and prints it as the table of docs/scaling.md:
//
//	go run ./test/sim
//
// People are placed at random, and who writes to whom is drawn message by message;
// batches form as they do in the code. What does not depend on single messages,
// presence and the directory, is reckoned as expected. Nothing is started, and the
// same seed gives the same table. What is measured and what is assumed is in
// parameters.go.
package main

import "fmt"

// simulated is for how many seconds messages are sent.
const simulated = 3

// cluster is so many nodes, with so many users online and processor cores on each.
type cluster struct{ nodes, users, cores int }

var clusters = [...]cluster{{3, 20_000, 2}, {10, 20_000, 2}, {30, 20_000, 2}, {100, 20_000, 2}, {300, 20_000, 2}, {500, 20_000, 2}, {100, 100_000, 8}}

func main() { fmt.Print(table(columns())) }

func columns() (reports []*report) {
	for _, c := range clusters {
		reports = append(reports, simulate(c, simulated))
	}
	return reports
}
