package view

import (
	"os"
	"regexp"
	"testing"
)

// TestIconsExist keeps the sprite to what the pages and scripts show.
func TestIconsExist(t *testing.T) {
	raw, err := os.ReadFile("../asset/plugins/lucide/sprite.svg")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, match := range regexp.MustCompile(`<symbol id="([a-z0-9-]+)"`).FindAllStringSubmatch(string(raw), -1) {
		known[match[1]] = true
	}
	called := regexp.MustCompile(`\bicon(?: |\()"([a-z0-9-]+)"`)
	quoted := regexp.MustCompile(`"([a-z0-9-]+)"`)
	seen := map[string]bool{}
	for _, source := range sources(t) {
		for _, match := range called.FindAllStringSubmatch(source, -1) {
			if !known[match[1]] {
				t.Errorf("the sprite has no icon %q", match[1])
			}
		}
		for _, match := range quoted.FindAllStringSubmatch(source, -1) {
			seen[match[1]] = true
		}
	}
	for name := range known {
		if !seen[name] {
			t.Errorf("the icon %q is in the sprite and not used", name)
		}
	}
}
