package user

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxDevice = 128

// Browsers and systems by what their User-Agent holds; the first match counts,
// since most browsers also claim to be older ones.
var (
	browsers = [...][2]string{
		{"MicroMessenger", "WeChat"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"},
		{"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"},
	}
	systems = [...][2]string{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"},
		{"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
	}
)

// Device returns a short printable name for what a User-Agent header tells of:
// "Chrome on Windows", "curl/8.5.0", at most 128 characters; "unknown device"
// when it tells nothing.
func Device(userAgent string) string {
	userAgent = printable(userAgent)
	if strings.HasPrefix(userAgent, "Mozilla/") {
		browser, system := firstOf(browsers[:], userAgent), firstOf(systems[:], userAgent)
		switch {
		case browser != "" && system != "":
			return browser + " on " + system
		case browser != "":
			return browser
		}
	}
	// A program: "curl/8.5.0", or several words in which the version is the first.
	name := userAgent
	if first, _, _ := strings.Cut(userAgent, " "); strings.Contains(first, "/") {
		name = first
	}
	if name == "" {
		return "unknown device"
	}
	return limitRunes(name, maxDevice)
}

func firstOf(table [][2]string, s string) string {
	for _, row := range table {
		if strings.Contains(s, row[0]) {
			return row[1]
		}
	}
	return ""
}

// printable makes one line of s, without what a terminal or a page could act on.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func limitRunes(s string, max int) string {
	runes := []rune(s)
	if len(runes) <= max {
		return s
	}
	return strings.TrimSpace(string(runes[:max]))
}
