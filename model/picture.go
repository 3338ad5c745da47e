package model

import (
	"net/url"
	"path"
	"strings"
	"unicode"
)

const maxPicture = 512

// CleanPicture returns the address of an avatar or icon: "" for none, a file of
// this server (/mnt/… or /asset/…), or an https address. Anything else, such as
// javascript:, is refused, since pages put it into an src attribute.
func CleanPicture(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	bad := FieldErrorf(field, "%s must be an uploaded file or an https address", field)
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
	if u.Scheme == "https" && u.Hostname() != "" {
		return s, nil
	}
	local := strings.HasPrefix(u.Path, "/mnt/") || strings.HasPrefix(u.Path, "/asset/")
	if u.Scheme == "" && u.Host == "" && local && path.Clean(u.Path) == u.Path {
		return s, nil
	}
	return "", bad
}
