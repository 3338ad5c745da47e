package view

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"ginchat/model"
)

// Error is the page shown in place of one that cannot be.
type Error struct {
	Page
	Status int
	// Message is Text of the error.
	Message string
	// Request names the request in the log, for a user to report.
	Request string
}

// Template names the page's template.
func (Error) Template() string { return "error/index" }

var number = regexp.MustCompile(`\d+`)

// ErrorText returns e's message in lang. The catalogue keeps the translations
// under "error:" and the English message, with {0}, {1} … for its numbers and
// {field} for the field's name where that comes first; a message without one is
// shown as it is, with a capital.
func (v *View) ErrorText(lang string, e *model.Error) string {
	var numbers []any
	message := e.Message
	if rest, ok := strings.CutPrefix(message, e.Field+" "); ok && e.Field != "" {
		message = "{field} " + rest // pages name the field by their own label
	}
	key := "error:" + number.ReplaceAllStringFunc(message, func(found string) string {
		numbers = append(numbers, found)
		return "{" + strconv.Itoa(len(numbers)-1) + "}"
	})
	if c, ok := v.catalogues[lang]; ok {
		if _, known := c.texts[key]; known {
			text, err := c.text(key, numbers...)
			if err == nil {
				return text
			}
		}
	}
	if e.Message == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(e.Message)
	return string(unicode.ToUpper(first)) + e.Message[size:]
}
