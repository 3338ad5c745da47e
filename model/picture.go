package model

import (
	"net/url"
	"path"
	"strings"
	"unicode"
)

const maxPicture = 512

// CleanPicture returns the address of an avatar or icon: "" for none, or a file
// of this server (/mnt/… or /asset/…). Anything else is refused: pages put it into
// an src attribute, and a picture elsewhere would tell its host who looks at whom.
func CleanPicture(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	bad := FieldErrorf(field, "%s must be an uploaded file", field)
	odd := func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`"'<>\`, r)
	}
	if len(s) > maxPicture || strings.ContainsFunc(s, odd) {
		return "", bad
	}
	u, err := url.Parse(s)
	if err != nil || u.User != nil {
		return "", bad
	}
	local := strings.HasPrefix(u.Path, "/mnt/") || strings.HasPrefix(u.Path, "/asset/")
	if u.Scheme == "" && u.Host == "" && local && path.Clean(u.Path) == u.Path {
		return s, nil
	}
	return "", bad
}
