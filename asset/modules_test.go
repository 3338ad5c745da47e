package asset

import (
	"path"
	"regexp"
	"slices"
	"testing"
)

// Whatever the browser would find out it needs, one module after the other, is known.
func TestNeedsAreAllThatModulesImport(t *testing.T) {
	a := newAssets(t)
	anyImport := regexp.MustCompile(`from "([^"]+)"`)
	for _, entry := range []string{"js/app.js", "js/chat.js"} {
		needs := a.Needs(entry)
		if len(needs) < 10 || slices.Contains(needs, a.Path(entry)) {
			t.Errorf("%s needs %q", entry, needs)
		}
		for name, f := range a.files {
			if name != entry && !slices.Contains(needs, a.Path(name)) {
				continue
			}
			for _, match := range anyImport.FindAllStringSubmatch(string(f.raw), -1) {
				if imported := a.Path(path.Join(path.Dir(name), match[1])); !slices.Contains(needs, imported) {
					t.Errorf("%s: %s imports %s", entry, name, imported)
				}
			}
		}
	}
}
