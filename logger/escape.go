package logger

import (
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// escaper writes what a terminal or a line reader could take for an order,
// such as U+2028, U+0085 or U+202E, as JSON escapes. JSON itself only requires
// that below U+0020, which zap does. Beyond ASCII an entry has nothing but
// string contents, so escaping leaves its meaning.
type escaper struct{ out io.Writer }

func (e escaper) Write(entry []byte) (int, error) {
	if plain(entry) {
		return e.out.Write(entry)
	}
	escaped := make([]byte, 0, len(entry)+64)
	for rest := entry; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r < 0x7f || unicode.IsPrint(r):
			escaped = append(escaped, rest[:size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			escaped = fmt.Appendf(escaped, `\u%04x\u%04x`, high, low)
		default:
			escaped = fmt.Appendf(escaped, `\u%04x`, r)
		}
		rest = rest[size:]
	}
	if _, err := e.out.Write(escaped); err != nil {
		return 0, err
	}
	return len(entry), nil
}

// Sync is for zap; a file is written through.
func (e escaper) Sync() error { return nil }

func plain(entry []byte) bool {
	for _, b := range entry {
		if b >= 0x7f {
			return false
		}
	}
	return true
}
