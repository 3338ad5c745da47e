package chat

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"ginchat/model"
	"ginchat/view"
)

// The rules here are those of asset/js/models/content.js, which shows what
// arrives later.
var (
	link     = regexp.MustCompile("(?i)https?://[^\\s<>\"'`\\x{3000}-\\x{303f}\\x{ff00}-\\x{ffef}]+")
	hostless = regexp.MustCompile(`(?i)^https?://([/?#]|$)`)
	webOrOwn = regexp.MustCompile(`(?i)^(https?://[^/?#]|/mnt/[^/])`)
)

// linkParts splits text into plain parts and addresses.
func linkParts(text string) []view.Part {
	var parts []view.Part
	from := 0
	for _, found := range link.FindAllStringIndex(text, -1) {
		href := withoutTail(text[found[0]:found[1]])
		if hostless.MatchString(href) {
			continue
		}
		if found[0] > from {
			parts = append(parts, view.Part{Text: text[from:found[0]]})
		}
		parts = append(parts, view.Part{Text: href, Href: href})
		from = found[0] + len(href)
	}
	if from < len(text) {
		parts = append(parts, view.Part{Text: text[from:]})
	}
	return parts
}

// withoutTail leaves out what ends the sentence rather than the address.
func withoutTail(url string) string {
	url = strings.TrimRight(url, ".,:;!?*_~")
	if strings.HasSuffix(url, ")") && !strings.Contains(url, "(") {
		return withoutTail(url[:len(url)-1])
	}
	return url
}

// safeAddress returns url if it may be followed, else "": only the web and the
// files of this server, never javascript: or data:.
func safeAddress(url string) string {
	if webOrOwn.MatchString(url) {
		return url
	}
	return ""
}

var mediaNames = map[model.Media]string{
	model.MediaCard: "card", model.MediaVoice: "voice", model.MediaImage: "image", model.MediaSticker: "sticker",
	model.MediaLink: "link", model.MediaVideo: "video", model.MediaContact: "contact", model.MediaFile: "file",
}

// describe returns what was written and what is there beside it, nil for plain text.
func describe(d *model.Draft) (text string, attached *view.Attached) {
	name := mediaNames[d.Media]
	if name == "" {
		return d.Content, nil
	}
	a := &view.Attached{Media: name, Href: safeAddress(d.URL)}
	switch d.Media {
	case model.MediaVoice, model.MediaVideo:
		a.Detail = fmt.Sprintf("%d:%02d", d.Amount/60, d.Amount%60)
		return d.Content, a
	case model.MediaFile:
		a.Name, a.Detail = d.Memo, size(d.Amount)
		return d.Content, a
	case model.MediaCard, model.MediaLink:
		if a.Name = d.Content; a.Name == "" {
			a.Name = d.URL
		}
		return d.Memo, a
	case model.MediaContact:
		a.Name, a.Href = d.Content, ""
		return "", a
	}
	return d.Content, a
}

func size(bytes int64) string {
	units := [...]string{"B", "KB", "MB", "GB"}
	n, unit := float64(bytes), 0
	for ; n >= 1000 && unit < len(units)-1; unit++ {
		n /= 1000
	}
	if unit > 0 && n < 10 {
		return fmt.Sprintf("%.1f %s", n, units[unit])
	}
	return fmt.Sprintf("%.0f %s", n, units[unit])
}

// pictographs is where emoji are, near enough to tell a wave from a word.
var pictographs = &unicode.RangeTable{
	R16: []unicode.Range16{{0x203c, 0x203c, 1}, {0x2049, 0x2049, 1}, {0x2122, 0x2139, 0x17}, {0x2190, 0x21ff, 1}, {0x2300, 0x23ff, 1},
		{0x25a0, 0x27bf, 1}, {0x2934, 0x2935, 1}, {0x2b00, 0x2bff, 1}, {0x3030, 0x303d, 0xd}, {0x3297, 0x3299, 2}},
	R32: []unicode.Range32{{0x1f000, 0x1faff, 1}},
}

const (
	joiner       = '\u200d'
	emojiStyle   = '\ufe0f'
	keycap       = '\u20e3'
	maxEmoji     = 6
	maxEmojiSize = 120 // bytes; six families are shorter
)

// isEmojiOnly tells whether text is one to six emoji and nothing else.
func isEmojiOnly(text string) bool {
	if len(text) > maxEmojiSize {
		return false
	}
	var before rune
	count, regional := 0, 0
	for _, r := range text {
		switch {
		case unicode.IsSpace(r), r == joiner, r == emojiStyle:
		case r >= 0x1f3fb && r <= 0x1f3ff: // a skin tone belongs to what is before it
		case r >= 0x1f1e6 && r <= 0x1f1ff: // two letters make a flag
			if regional++; regional%2 == 1 {
				count++
			}
		case r == keycap:
			count++
		case unicode.Is(pictographs, r):
			if before != joiner {
				count++
			}
		case strings.ContainsRune("#*0123456789", r) && strings.ContainsRune(text, keycap):
		default:
			return false
		}
		before = r
	}
	return count > 0 && count <= maxEmoji
}
