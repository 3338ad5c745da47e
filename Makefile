# GinChat. `make` lists what can be made.

GO      ?= go
TAGS    := nomsgpack
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
LDFLAGS := -X ginchat/version.number=$(VERSION) -X ginchat/version.commit=$(COMMIT)
BIN     := .build/ginchat
# A static binary: no C compiler to build it, no C library to run it.
BUILD   := CGO_ENABLED=0 $(GO) build -tags $(TAGS) -trimpath

.DEFAULT_GOAL := help

.PHONY: run
run: ## run GinChat on http://127.0.0.1:8080; needs Go only. ARGS="--server.port=8081" sets more
	@$(BUILD) -ldflags "$(LDFLAGS)" -o $(BIN) .
	@exec $(BIN) $(ARGS)

.PHONY: build
build: ## build the static binary .build/ginchat
	$(BUILD) -ldflags "-s -w $(LDFLAGS)" -o $(BIN) .

.PHONY: cluster
cluster: ## run three nodes behind nginx on http://127.0.0.1:8080, to look at and to break. ARGS="--port=9000 --data=DIR"
	@test/setup cluster
	@$(BUILD) -ldflags "$(LDFLAGS)" -o $(BIN) .
	@$(GO) build -tags $(TAGS) -o .build/cluster ./test/cluster
	@exec .build/cluster $(ARGS)

.PHONY: test
test: ## check and test everything; ends with "N passed, N failed"
	@test/setup
	@$(GO) build -o .build/run ./test/run
	@exec .build/run

.PHONY: test-short
test-short: ## only what needs no MariaDB, Redis or Chromium
	@$(GO) build -o .build/run ./test/run
	@exec .build/run -short

.PHONY: bench
bench: ## measure
	@test/setup
	@$(GO) test -tags $(TAGS) -p 1 -run '^$$' -bench . -benchmem -timeout 30m ./...

FUZZTIME ?= 2m
.PHONY: fuzz
fuzz: ## feed every fuzz test for FUZZTIME (2m) each
	@grep -rl --include='*_test.go' '^func Fuzz' . | sort | while read -r file; do \
		for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' "$$file"); do \
			echo "$$name in $$file"; \
			$(GO) test -tags $(TAGS) -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s "$$(dirname "$$file")" || exit 1; \
		done; \
	done

.PHONY: faults
faults: ## kill, pause, cut and fill what three nodes stand on, at length
	@test/setup
	@GINCHAT_FAULTS=full $(GO) test -tags $(TAGS) -count=1 -v -parallel 8 -timeout 2h ./test/faults

.PHONY: screenshots
screenshots: ## take pictures of every page into docs/images
	@test/setup
	@mkdir -p docs/images
	@GINCHAT_TEST_SCREENSHOTS="$(CURDIR)/docs/images" $(GO) test -tags $(TAGS),screenshots -count=1 -run '^TestScreenshots$$' ./test/browser

PROTO_TOOL := $(GO) tool -modfile=proto/tools/go.mod
.PHONY: proto
proto: ## generate the Go code of proto/ (needs protoc)
	@protoc -I proto \
		--plugin=protoc-gen-go="$$($(PROTO_TOOL) -n protoc-gen-go)" \
		--plugin=protoc-gen-go-grpc="$$($(PROTO_TOOL) -n protoc-gen-go-grpc)" \
		--go_out=proto --go_opt=paths=source_relative \
		--go-grpc_out=proto --go-grpc_opt=paths=source_relative \
		$$(find proto -name '*.proto')

.PHONY: clean
clean: ## remove what was built; keeps data and logs
	rm -rf .build

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | sort | while IFS="$$(printf '\t')" read -r name text; do printf 'make %-12s %s\n' "$$name" "$$text"; done
