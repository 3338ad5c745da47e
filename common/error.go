package common

import (
	"errors"
	"strings"
)

// What was asked for on the command line instead of a start.
var (
	ErrHelp    = errors.New("help asked for")
	ErrVersion = errors.New("version asked for")
)

// Error is a setting that cannot be used. It is always one line.
type Error struct {
	// Source is where the setting came from: file:line, flag or environment
	// variable; "" for a default or where there is no single one.
	Source string
	Key    string // "" when the fault is not in one key
	Want   string // what would be right
}

func (e *Error) Error() string {
	parts := make([]string, 0, 3)
	for _, part := range [...]string{e.Source, e.Key, e.Want} {
		if part != "" {
			parts = append(parts, oneLine(part))
		}
	}
	return strings.Join(parts, ": ")
}

// oneLine keeps what others wrote from breaking the line, or the terminal.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text)
}
