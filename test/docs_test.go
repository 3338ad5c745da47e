package test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// setting finds a row of the README's tables of settings: keys, default, meaning.
var setting = regexp.MustCompile("(?m)^\\| ((?:`[a-z0-9_.]+`(?:, )?)+) \\| (?:`([^`]*)`)? ?\\|")

// Each setting is in the README's tables with its default, and nothing else is.
func TestReadmeTellsOfAllSettings(t *testing.T) {
	want := shippedSettings(t)
	for _, name := range []string{"README.md", "docs/README.zh-CN.md"} {
		told := map[string]string{}
		for _, row := range setting.FindAllStringSubmatch(read(t, name), -1) {
			for _, key := range strings.Split(row[1], ", ") {
				told[strings.Trim(key, "`")] = row[2]
			}
		}
		for key, value := range want {
			if got, ok := told[key]; !ok || got != value {
				t.Errorf("%s: %s has the default %q (told: %v), want %q", name, key, got, ok, value)
			}
		}
		for key := range told {
			if _, ok := want[key]; !ok {
				t.Errorf("%s tells of %s, which is no setting", name, key)
			}
		}
	}
}

// shippedSettings returns each key of the shipped file with its default, "" where
// that is empty.
func shippedSettings(t *testing.T) map[string]string {
	t.Helper()
	file := read(t, "common/config.yaml")
	line := regexp.MustCompile(`(?m)^( *)([a-z_0-9]+):(?: *([^#\n]*))?`)
	settings, section := map[string]string{}, ""
	for _, found := range line.FindAllStringSubmatch(file, -1) {
		if found[1] == "" {
			section = found[2]
			continue
		}
		value := strings.TrimSpace(found[3])
		if value == `""` || value == "[]" || value == "{}" {
			value = ""
		}
		settings[section+"."+found[2]] = value
	}
	if len(settings) < 50 {
		t.Fatalf("found only %d settings", len(settings))
	}
	return settings
}

// Each address of the server is in docs/protocol.md.
func TestProtocolTellsOfAllAddresses(t *testing.T) {
	protocol := read(t, "docs/protocol.md")
	route := regexp.MustCompile(`(?:GET|POST|Handle)\((?:method, )?"(/[^"]+)"`)
	routes := route.FindAllStringSubmatch(read(t, "router/routes.go"), -1)
	if len(routes) < 40 {
		t.Fatalf("found only %d routes", len(routes))
	}
	for _, found := range routes {
		if !strings.Contains(protocol, found[1]+"`") {
			t.Errorf("%s is not there", found[1])
		}
	}
}

// Each metric of the server is in docs/operations.md, and no other is.
func TestOperationsTellsOfAllMetrics(t *testing.T) {
	var want []string
	for file := range sources(t) {
		for _, found := range regexp.MustCompile(`Name: "(ginchat_[a-z_]+)"`).FindAllStringSubmatch(read(t, file), -1) {
			want = append(want, found[1])
		}
	}
	if len(want) < 10 {
		t.Fatalf("found only %q", want)
	}
	operations := read(t, "docs/operations.md")
	for _, name := range want {
		if !strings.Contains(operations, "`"+name+"`") {
			t.Errorf("%s is not there", name)
		}
	}
	for _, found := range regexp.MustCompile("`(ginchat_[a-z_]+)`").FindAllStringSubmatch(operations, -1) {
		if !slices.Contains(want, found[1]) {
			t.Errorf("%s is there and no metric", found[1])
		}
	}
}

// Each log message that docs/operations.md explains is one that the server logs.
func TestOperationsTellsOfRealMessages(t *testing.T) {
	var code strings.Builder
	for file := range sources(t) {
		code.WriteString(read(t, file))
	}
	_, table, _ := strings.Cut(read(t, "docs/operations.md"), "| message | meaning |")
	table, _, _ = strings.Cut(table, "\n\n")
	messages := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(table, -1)
	if len(messages) < 8 {
		t.Fatalf("found only %q", messages)
	}
	for _, found := range messages {
		if text := strings.TrimSuffix(found[1], "…"); !strings.Contains(code.String(), `"`+text) {
			t.Errorf("nothing logs %q", found[1])
		}
	}
}

// link finds the target of a Markdown link, of a picture, and of an <img>.
var link = regexp.MustCompile(`\]\(([^)]+)\)|src="([^"]+)"`)

// What the documents link to is there, file and heading.
func TestLinksLeadSomewhere(t *testing.T) {
	names, err := filepath.Glob("../docs/*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	for _, name := range append(names, "../README.md") {
		for _, found := range link.FindAllStringSubmatch(read(t, name[3:]), -1) {
			target, heading, _ := strings.Cut(found[1]+found[2], "#")
			if strings.Contains(target, "://") {
				continue
			}
			file := name
			if target != "" {
				file = filepath.Join(filepath.Dir(name), target)
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s links to %s, which is not there", name, target)
			} else if heading != "" && !slices.Contains(headings(read(t, file[3:])), heading) {
				t.Errorf("%s links to #%s, which %s has not", name, heading, file)
			}
		}
	}
}

// headings returns the names by which links reach the headings of a document.
func headings(document string) []string {
	var names []string
	for _, line := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(document, -1) {
		names = append(names, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, line[1]))
	}
	return names
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
