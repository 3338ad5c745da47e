package main

import "strings"

// tags are the build's, see the Makefile.
const tags = "nomsgpack"

// staticcheck is pinned, so that a newer one does not fail an old commit.
const staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"

// checks reads the source without running it.
func checks() result {
	var total result
	output, err := command("gofmt", "-l", ".").CombinedOutput()
	total.add(verdict("gofmt", err == nil && len(output) == 0, "to be formatted:\n"+string(output)))
	for _, check := range [...]struct{ name, args string }{
		{"go vet", "vet -tags " + tags + ",screenshots ./..."},
		{"staticcheck", "run " + staticcheck + " -tags " + tags + ",screenshots ./..."},
	} {
		output, err := command("go", strings.Fields(check.args)...).CombinedOutput()
		total.add(verdict(check.name, err == nil, string(output)))
	}
	return total
}
