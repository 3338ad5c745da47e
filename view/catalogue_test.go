package view

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// dynamic are the beginnings of keys that are put together while running.
var dynamic = []string{"error:", "error.", "notice.", "category.", "join.", "history.", "sex.", "theme.", "language.auto", "chat.op.", "chat.media."}

// used matches keys in templates, in scripts and in Go: t "a.b", t("a.b"), "a.b".
var used = regexp.MustCompile(`"([a-z0-9_]+(?:\.[a-zA-Z0-9_]+)+)"`)

// called matches the keys that templates and scripts surely look up.
var called = regexp.MustCompile(`(?:\{\{|\(|\s)(t|tn|tb)[ (]"([^"]+)"`)

func TestLanguagesHaveTheSameKeys(t *testing.T) {
	all := newView(t).catalogues
	for _, lang := range Languages {
		for key, text := range all[lang].texts {
			if text == "" {
				t.Errorf("%s: %q is empty", lang, key)
			}
			if strings.HasPrefix(key, "error:") {
				continue // English errors are shown as they are
			}
			for _, other := range Languages {
				if !has(all[other].texts, key) {
					t.Errorf("%q is in %s and not in %s", key, lang, other)
				}
			}
		}
	}
}

// has reports whether texts has key; a language without a singular needs no key.one.
func has(texts map[string]string, key string) bool {
	if _, ok := texts[key]; ok {
		return true
	}
	stem, singular := strings.CutSuffix(key, ".one")
	_, ok := texts[stem+".other"]
	return singular && ok
}

func TestPlaceholdersAreTheSame(t *testing.T) {
	all := newView(t).catalogues
	for key, text := range all["zh"].texts {
		want := all["en"].texts[key]
		if after, ok := strings.CutPrefix(key, "error:"); ok {
			want = after
		}
		for _, hole := range placeholder.FindAllString(text, -1) {
			if !strings.Contains(want, hole) {
				t.Errorf("zh %q has %s, en does not", key, hole)
			}
		}
	}
}

func TestKeysAreUsedAndExist(t *testing.T) {
	texts := newView(t).catalogues["en"].texts
	seen := map[string]bool{}
	for _, source := range sources(t) {
		for _, match := range used.FindAllStringSubmatch(source, -1) {
			seen[match[1]] = true
		}
		for _, match := range called.FindAllStringSubmatch(source, -1) {
			key := match[2]
			if !has(texts, key) && !has(texts, key+".other") && strings.Contains(key, ".") && !strings.Contains(key, "%") {
				t.Errorf("%q is used and not in the catalogue", key)
			}
		}
	}
	for key := range texts {
		stem := strings.TrimSuffix(strings.TrimSuffix(key, ".one"), ".other")
		if !seen[key] && !seen[stem] && !isDynamic(key) {
			t.Errorf("%q is in the catalogue and not used", key)
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d keys seen: is the search broken?", len(seen))
	}
}

func isDynamic(key string) bool {
	for _, prefix := range dynamic {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// sources returns the text of all templates, scripts and Go files that may name a key.
func sources(t *testing.T) []string {
	var texts []string
	for _, dir := range []string{".", "../asset/js", "../httphandler"} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			ext := filepath.Ext(name)
			if d.IsDir() || (ext != ".html" && ext != ".js" && ext != ".go") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, ".test.") {
				return nil
			}
			raw, err := os.ReadFile(name)
			texts = append(texts, string(raw))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return texts
}

// TestNotices keeps the table and the catalogue together.
func TestNotices(t *testing.T) {
	texts := newView(t).catalogues["en"].texts
	for name := range notices {
		if _, ok := texts["notice."+name]; !ok {
			t.Errorf("no text for the notice %q", name)
		}
	}
	for key := range texts {
		if name, ok := strings.CutPrefix(key, "notice."); ok && !IsNotice(name) {
			t.Errorf("%q is not in the table of notices", key)
		}
	}
}

func TestMatch(t *testing.T) {
	for header, want := range map[string]string{
		"": "en", "de": "en", "zh": "zh", "zh-CN,zh;q=0.9,en;q=0.8": "zh", "en-GB,zh;q=0.5": "en", "zh-TW": "zh",
		"fr,zh;q=0.3": "zh", ";;;": "en", "*": "en", strings.Repeat("zh,", 5000): "zh",
	} {
		if got := Match(header); got != want {
			t.Errorf("%.20q: %s, want %s", header, got, want)
		}
	}
}

func TestTheDarkColoursStandTwiceAlike(t *testing.T) {
	raw, err := os.ReadFile("../asset/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`(?s)color-scheme: dark;(.*?)\}`).FindAllStringSubmatch(string(raw), -1)
	if len(blocks) != 2 {
		t.Fatalf("%d dark blocks, want 2", len(blocks))
	}
	if a, b := strings.Fields(blocks[0][1]), strings.Fields(blocks[1][1]); strings.Join(a, " ") != strings.Join(b, " ") {
		t.Errorf("the device's dark colours are not the user's:\n%v\n%v", a, b)
	}
}
