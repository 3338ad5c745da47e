// Package asset embeds what browsers load beside the pages: style sheets,
// modules, pictures. Every file is served under a path that changes with any
// of them, so caches may keep it for ever and modules may import each other
// by relative path.
package asset

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"sort"
	"strconv"
	"strings"
)

//go:embed css js images plugins
var files embed.FS

// Prefix is the path under which Assets answers.
const Prefix = "/asset/"

// Bundle is the one style sheet made of all files in css, layers.css first.
const Bundle = "css/all.css"

// Assets serves the embedded files.
type Assets struct {
	hash  string
	files map[string]file
}

type file struct {
	mime, etag string
	raw, gzip  []byte // gzip is nil where it does not pay
}

// New reads and compresses all files. It fails only on a damaged build.
func New() (*Assets, error) {
	contents, err := read()
	if err != nil {
		return nil, err
	}
	contents[Bundle] = bundle(contents)
	names := make([]string, 0, len(contents))
	for name := range contents {
		names = append(names, name)
	}
	sort.Strings(names)
	a := &Assets{files: make(map[string]file, len(names))}
	all := sha256.New()
	for _, name := range names {
		f, err := newFile(name, contents[name])
		if err != nil {
			return nil, err
		}
		a.files[name] = f
		fmt.Fprintf(all, "%s %s\n", name, f.etag)
	}
	a.hash = hex.EncodeToString(all.Sum(nil)[:8])
	return a, nil
}

func read() (map[string][]byte, error) {
	contents := map[string][]byte{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name == "js/test" {
				return fs.SkipDir
			}
			return nil
		}
		contents[name], err = files.ReadFile(name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read embedded files: %w", err)
	}
	return contents, nil
}

// bundle joins the style sheets. layers.css fixes the order of the cascade
// layers, so the order of the rest does not matter.
func bundle(contents map[string][]byte) []byte {
	const first = "css/layers.css"
	var names []string
	for name := range contents {
		if strings.HasPrefix(name, "css/") && name != first {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var out bytes.Buffer
	for _, name := range append([]string{first}, names...) {
		out.Write(contents[name])
	}
	return out.Bytes()
}

func newFile(name string, raw []byte) (file, error) {
	sum := sha256.Sum256(raw)
	f := file{mime: mimeOf(name), etag: `"` + hex.EncodeToString(sum[:12]) + `"`, raw: raw}
	if strings.HasPrefix(f.mime, "image/") && f.mime != "image/svg+xml" || strings.HasPrefix(f.mime, "font/") {
		return f, nil // compressed already
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return file{}, fmt.Errorf("compress %s: %w", name, err)
	}
	if _, err := w.Write(raw); err != nil {
		return file{}, fmt.Errorf("compress %s: %w", name, err)
	}
	if err := w.Close(); err != nil {
		return file{}, fmt.Errorf("compress %s: %w", name, err)
	}
	if out.Len() < len(raw) {
		f.gzip = out.Bytes()
	}
	return f, nil
}

// mimeOf does not ask the system's tables: they differ between machines.
func mimeOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".json":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".jpg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	}
	return "text/plain; charset=utf-8"
}

// Path returns the address of a file, such as "css/all.css".
func (a *Assets) Path(name string) string { return Prefix + a.hash + "/" + name }

// ServeHTTP answers Prefix<hash>/<name>. Another build's hash, as in the middle
// of a rolling restart, gets this build's file without leave to keep it.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
	f, ok := a.files[name]
	if !ok || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	if hash == a.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-store")
	}
	h.Set("ETag", f.etag)
	h.Set("Content-Type", f.mime)
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.raw
	if f.gzip != nil && acceptsGzip(r) {
		body = f.gzip
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the client is gone; there is nobody to tell
	}
}

func acceptsGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if coding == "gzip" {
			return strings.ReplaceAll(params, " ", "") != "q=0"
		}
	}
	return false
}
