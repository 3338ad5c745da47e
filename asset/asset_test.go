package asset

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
)

func newAssets(t *testing.T) *Assets {
	t.Helper()
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func get(a *Assets, method, path string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestServe(t *testing.T) {
	a := newAssets(t)
	tests := []struct {
		name, path, mime string
		status           int
	}{
		{"style sheet", a.Path(Bundle), "text/css; charset=utf-8", 200},
		{"module", a.Path("js/app.js"), "text/javascript; charset=utf-8", 200},
		{"picture", a.Path("images/icon.svg"), "image/svg+xml", 200},
		{"licence", a.Path("plugins/lucide/LICENSE"), "text/plain; charset=utf-8", 200},
		{"folder", a.Path("css/"), "", 404},
		{"root", Prefix, "", 404},
		{"unknown", a.Path("css/none.css"), "", 404},
		{"above", a.Path("../asset.go"), "", 404},
		{"source", a.Path("asset.go"), "", 404},
		{"test", a.Path("js/test/socket.test.js"), "", 404},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := get(a, "GET", tt.path)
			if r.StatusCode != tt.status {
				t.Fatalf("status %d, want %d", r.StatusCode, tt.status)
			}
			if tt.status != 200 {
				return
			}
			if got := r.Header.Get("Content-Type"); got != tt.mime {
				t.Errorf("type %q, want %q", got, tt.mime)
			}
			if r.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("headers %v", r.Header)
			}
			if body(t, r.Body) == "" {
				t.Error("empty body")
			}
		})
	}
}

func TestOnlyReading(t *testing.T) {
	a := newAssets(t)
	if r := get(a, "POST", a.Path(Bundle)); r.StatusCode != 404 {
		t.Errorf("POST: %d", r.StatusCode)
	}
	r := get(a, "HEAD", a.Path(Bundle))
	if r.StatusCode != 200 || body(t, r.Body) != "" || r.ContentLength == 0 {
		t.Errorf("HEAD: %d, length %d", r.StatusCode, r.ContentLength)
	}
}

func TestGzip(t *testing.T) {
	a := newAssets(t)
	plain := get(a, "GET", a.Path(Bundle), "Accept-Encoding", "br, gzip;q=0")
	if plain.Header.Get("Content-Encoding") != "" {
		t.Error("compressed though the client refuses it")
	}
	small := get(a, "GET", a.Path(Bundle), "Accept-Encoding", "br, gzip")
	if small.Header.Get("Content-Encoding") != "gzip" {
		t.Fatal("not compressed")
	}
	r, err := gzip.NewReader(small.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body(t, r) != body(t, plain.Body) {
		t.Error("compressed and plain differ")
	}
}

func TestCaching(t *testing.T) {
	a := newAssets(t)
	first := get(a, "GET", a.Path(Bundle))
	again := get(a, "GET", a.Path(Bundle), "If-None-Match", "W/"+first.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("status %d, want 304", again.StatusCode)
	}
	// A page of another build, in a rolling restart, must not fix this build's
	// file in the browser under that build's name.
	other := get(a, "GET", Prefix+"0000000000000000/"+Bundle)
	if other.StatusCode != 200 || other.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("another build's hash: %d, %q", other.StatusCode, other.Header.Get("Cache-Control"))
	}
}

func TestTheBundleBeginsWithTheLayers(t *testing.T) {
	a := newAssets(t)
	css := string(a.files[Bundle].raw)
	order := regexp.MustCompile(`@layer [a-z, ]+;`).FindStringIndex(css)
	block := regexp.MustCompile(`@layer [a-z]+ \{`).FindStringIndex(css)
	if order == nil || block == nil || order[0] > block[0] {
		t.Errorf("the order of the layers is at %v, the first layer at %v", order, block)
	}
}

// TestImportsExist follows the relative imports of all modules.
func TestImportsExist(t *testing.T) {
	a := newAssets(t)
	imports := regexp.MustCompile(`(?m)^(?:import|export)[^"'\n]*["'](\.\.?/[^"']+)["']`)
	found := 0
	for name, f := range a.files {
		if !strings.HasPrefix(name, "js/") || !strings.HasSuffix(name, ".js") {
			continue
		}
		for _, match := range imports.FindAllStringSubmatch(string(f.raw), -1) {
			found++
			r := get(a, "GET", resolve(a.Path(name), match[1]))
			if r.StatusCode != 200 {
				t.Errorf("%s imports %s, which is not there", name, match[1])
			}
		}
	}
	if found == 0 {
		t.Error("no import found: is the search broken?")
	}
}

func resolve(from, to string) string { return path.Join(path.Dir(from), to) }

// TestFirstPaintIsSmall keeps style sheet and scripts under 100 KB compressed.
func TestFirstPaintIsSmall(t *testing.T) {
	a := newAssets(t)
	total := len(a.files[Bundle].gzip)
	for name, f := range a.files {
		if strings.HasPrefix(name, "js/") && strings.HasSuffix(name, ".js") {
			total += len(f.gzip)
		}
	}
	if total > 100<<10 {
		t.Errorf("%d bytes", total)
	}
	t.Logf("first paint: %d bytes of style sheet and scripts", total)
}
