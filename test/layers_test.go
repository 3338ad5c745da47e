// Package test holds what no single package can test: the shape of the whole.
package test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// topLevel is all there may be beside dotfiles. README, licence and the like
// are the only files.
var topLevel = strings.Fields(`main.go go.mod go.sum args asset client common db_conn httphandler httphandlerpack logger mnt
	model proto router service util version view Makefile README.md docs test deploy LICENSE`)

// imports says which of our folders each folder may import, see
// docs/architecture.md. A folder covers those below it, the longest name wins;
// "*" is everything but tests.
var imports = map[string]string{
	"model":           "",
	"args":            "model",
	"util":            "",
	"version":         "",
	"common":          "util",
	"logger":          "common",
	"db_conn":         "common",
	"proto":           "",
	"httphandlerpack": "model util",
	"client":          "proto model",
	"service":         "proto model httphandlerpack",
	"httphandler":     "args model util view",
	"view":            "model",
	"asset":           "version",
	"router":          "httphandler service proto version view asset common model",
	"main":            "*",
}

// fences says which files may use a library.
var fences = []struct {
	library string
	allowed func(file string) bool
}{
	{"gorm.io/", func(f string) bool { return below(f, "db_conn") || isStore(f) }},
	{"database/sql", func(f string) bool { return below(f, "db_conn") || isStore(f) }},
	{"github.com/redis/", func(f string) bool { return below(f, "db_conn") || strings.HasSuffix(f, "_redis.go") }},
	{"github.com/gorilla/websocket", func(f string) bool { return below(f, "httphandler/chat") }},
	{"github.com/gin-gonic/", func(f string) bool { return below(f, "httphandler", "router", "version") }},
	{"google.golang.org/grpc", func(f string) bool { return below(f, "client", "service", "router", "proto") }},
	{"net/http/pprof", func(f string) bool { return below(f, "router") }},
}

func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasPrefix(name, ".") && !slices.Contains(topLevel, name) {
			t.Errorf("%s is not one of the folders and files of the top level", name)
		}
	}
}

func TestImports(t *testing.T) {
	for file, tree := range sources(t) {
		for _, used := range tree.Imports {
			what, err := strconv.Unquote(used.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if ours, ok := strings.CutPrefix(what, "ginchat/"); ok {
				if !mayImport(file, ours) {
					t.Errorf("%s imports %s, which is not below it", file, what)
				}
				continue
			}
			for _, fence := range fences {
				if strings.HasPrefix(what, fence.library) && !fence.allowed(file) {
					t.Errorf("%s imports %s, which belongs elsewhere", file, what)
				}
			}
		}
	}
}

func mayImport(file, what string) bool {
	folder := path.Dir(file)
	if folder == "." {
		return !below(what, "test")
	}
	if what == folder || below(what, folder) {
		return true
	}
	// Each domain sees its own rules and none of the others'.
	if domain, ok := strings.CutPrefix(folder, "httphandler/"); ok && (what == "httphandler" || what == "httphandlerpack/"+domain) {
		return true
	}
	if below(what, "httphandlerpack") && below(folder, "httphandlerpack") {
		return false
	}
	top, _, _ := strings.Cut(folder, "/")
	return below(what, strings.Fields(imports[top])...)
}

func TestEveryFolderHasItsLine(t *testing.T) {
	for file := range sources(t) {
		top, _, ok := strings.Cut(file, "/")
		if _, listed := imports[top]; ok && !listed {
			t.Errorf("%s: what %s may import is not said", file, top)
		}
	}
}

// below reports whether file is one of the folders or in one.
func below(file string, folders ...string) bool {
	for _, folder := range folders {
		if file == folder || strings.HasPrefix(file, folder+"/") {
			return true
		}
	}
	return false
}

// isStore reports whether file may speak SQL: store.go, and store_*.go beside
// it where one file would be too long.
func isStore(file string) bool {
	name := path.Base(file)
	return below(file, "httphandlerpack") && (name == "store.go" || strings.HasPrefix(name, "store_"))
}

// sources returns the module's Go files by path, tests and their helpers left out.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	set := token.NewFileSet()
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		file := strings.TrimPrefix(filepath.ToSlash(name), "../")
		if entry.IsDir() {
			if file == "test" || file == "mnt" || file != ".." && strings.HasPrefix(entry.Name(), ".") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		files[file], err = parser.ParseFile(set, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("no source files found")
	}
	return files
}
