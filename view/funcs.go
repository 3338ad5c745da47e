package view

import (
	"fmt"
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"

	"ginchat/model"
)

// funcs is what templates may call, bound to one language.
func funcs(texts *catalogue, assets Assets) template.FuncMap {
	return template.FuncMap{
		"t":      texts.text,
		"tn":     texts.counted,
		"tb":     texts.isolated,
		"texts":  texts.prefixed,
		"asset":  assets.Path,
		"needs":  assets.Needs,
		"capped": capped,
		"icon":   func(name string) template.HTML { return icon(assets.Path, name) },
		"avatar": NewAvatar,
		"fields": fields,
		"time":   timeElement,
	}
}

// icon returns one of the sprite's icons; name is a constant of a template.
func icon(assetPath func(string) string, name string) template.HTML {
	sprite := template.HTMLEscapeString(assetPath("plugins/lucide/sprite.svg") + "#" + name)
	return template.HTML(`<svg class="icon" aria-hidden="true"><use href="` + sprite + `"></use></svg>`)
}

// NewAvatar returns the picture at url, or without one the first letter of
// name on a colour that stays the same for id. Size is "", "small" or "large".
func NewAvatar(id int64, name, url, size string) Avatar {
	return Avatar{URL: url, Initial: initial(name), Hue: ((id % hues) + hues) % hues, Size: size}
}

func initial(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return strings.ToUpper(string(r))
		}
	}
	if r, _ := utf8.DecodeRuneInString(name); r != utf8.RuneError {
		return string(r)
	}
	return "?"
}

// capped writes a number as a badge has room for it.
func capped(n any) string {
	if text := fmt.Sprint(n); len(text) < 3 {
		return text
	}
	return "99+"
}

// fields makes a map of alternating names and values, for partials that take several.
func fields(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("fields: %d arguments, want pairs", len(pairs))
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("fields: name %v is not a string", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// timeElement returns a moment in UTC; <local-time> puts it into the
// browser's zone and language.
func timeElement(at model.Millis) template.HTML {
	t := at.Time()
	return template.HTML(`<local-time><time datetime="` + t.Format("2006-01-02T15:04:05.000Z") + `">` +
		t.Format("2006-01-02 15:04") + ` UTC</time></local-time>`)
}
