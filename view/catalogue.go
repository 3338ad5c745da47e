package view

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

// lang/<language>/<area>.json; the files of one language make one catalogue.
//
//go:embed lang/*/*.json
var langFiles embed.FS

// Languages lists what the pages are written in; the first is the fallback.
var Languages = [...]string{"en", "zh"}

// Match returns the language of Languages that serves an Accept-Language header best.
func Match(acceptLanguage string) string {
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return Languages[0]
	}
	_, index, confidence := language.NewMatcher([]language.Tag{language.English, language.Chinese}).Match(tags...)
	if confidence == language.No {
		return Languages[0]
	}
	return Languages[index]
}

// Speaks reports whether lang is one of Languages.
func Speaks(lang string) bool {
	for _, l := range Languages {
		if l == lang {
			return true
		}
	}
	return false
}

// catalogue holds the texts of one language by key. {0}, {1} … stand for arguments.
type catalogue struct {
	lang  string
	texts map[string]string
}

func loadCatalogues() (map[string]*catalogue, error) {
	all := map[string]*catalogue{}
	for _, lang := range Languages {
		c := &catalogue{lang: lang, texts: map[string]string{}}
		names, err := fs.Glob(langFiles, "lang/"+lang+"/*.json")
		if err != nil {
			return nil, fmt.Errorf("list texts: %w", err)
		}
		for _, name := range names {
			if err := c.load(name); err != nil {
				return nil, err
			}
		}
		all[lang] = c
	}
	return all, nil
}

func (c *catalogue) load(name string) error {
	raw, err := langFiles.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read texts: %w", err)
	}
	var texts map[string]string
	if err := json.Unmarshal(raw, &texts); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	for key, text := range texts {
		if _, twice := c.texts[key]; twice {
			return fmt.Errorf("text %q is in %s and elsewhere in %s", key, path.Base(name), c.lang)
		}
		c.texts[key] = text
	}
	return nil
}

// text returns the text of key with its arguments filled in.
func (c *catalogue) text(key string, args ...any) (string, error) {
	text, ok := c.texts[key]
	if !ok {
		return "", fmt.Errorf("no text %q in language %q", key, c.lang)
	}
	return fill(text, args, func(s string) string { return s }), nil
}

// counted returns the text of key.one for n = 1 where the language has one,
// else of key.other; {0} is n.
func (c *catalogue) counted(key string, n any) (string, error) {
	if _, ok := c.texts[key+".one"]; ok && fmt.Sprint(n) == "1" {
		return c.text(key+".one", n)
	}
	return c.text(key+".other", n)
}

// isolated is text for arguments written by users: each is escaped and keeps
// its writing direction to itself.
func (c *catalogue) isolated(key string, args ...any) (template.HTML, error) {
	text, ok := c.texts[key]
	if !ok {
		return "", fmt.Errorf("no text %q in language %q", key, c.lang)
	}
	return template.HTML(fill(template.HTMLEscapeString(text), args, func(s string) string {
		return "<bdi>" + template.HTMLEscapeString(s) + "</bdi>"
	})), nil
}

// prefixed returns all texts whose key begins with one of the prefixes, for a page's scripts.
func (c *catalogue) prefixed(prefixes ...string) map[string]string {
	found := map[string]string{}
	for key, text := range c.texts {
		if slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) }) {
			found[key] = text
		}
	}
	return found
}

var placeholder = regexp.MustCompile(`\{(\d)\}`)

func fill(text string, args []any, show func(string) string) string {
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		index, err := strconv.Atoi(found[1:2])
		if err != nil || index >= len(args) {
			return found
		}
		return show(fmt.Sprint(args[index]))
	})
}
