package common

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// value is a setting's text; list and entries are what a file gives where text
// has to be split at commas.
type value struct {
	text    string
	list    []string
	entries map[string]string
	shape   shape
}

type shape int

const (
	asText shape = iota
	asList
	asMap
)

// setting is one key of the configuration and the field it fills.
type setting struct {
	key    string
	field  reflect.Value
	secret bool
}

// settings are all keys, in the order of the structs.
type settings []setting

func settingsOf(cfg *Config) settings {
	var all settings
	sections := reflect.ValueOf(cfg).Elem()
	for i := range sections.NumField() {
		section := sections.Field(i)
		prefix := sections.Type().Field(i).Tag.Get("key")
		for j := range section.NumField() {
			name, secret, _ := strings.Cut(section.Type().Field(j).Tag.Get("key"), ",")
			all = append(all, setting{prefix + "." + name, section.Field(j), secret != ""})
		}
	}
	return all
}

func (s settings) find(key string) (setting, bool) {
	for _, one := range s {
		if one.key == key {
			return one, true
		}
	}
	return setting{}, false
}

// namesIn lists the keys of a section, or the sections for "".
func (s settings) namesIn(section string) string {
	var names []string
	for _, one := range s {
		head, name, _ := strings.Cut(one.key, ".")
		switch {
		case section == "" && (len(names) == 0 || names[len(names)-1] != head):
			names = append(names, head)
		case head == section:
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// unknown says what would be right instead of key.
func (s settings) unknown(key string) string {
	section, _, _ := strings.Cut(key, ".")
	if names := s.namesIn(section); section != "" && names != "" {
		return "unknown key; " + section + " has " + names
	}
	return "unknown key; there are the sections " + s.namesIn("")
}

// set fills key's field; it returns what would be right when v cannot be used.
func (s settings) set(key string, v value) string {
	one, ok := s.find(key)
	if !ok {
		return s.unknown(key)
	}
	want := one.fill(v)
	if want == "" {
		return ""
	}
	if v.shape == asText && !one.secret {
		return want + ", not " + quote(v.text)
	}
	return want
}

func (one setting) fill(v value) string {
	switch one.field.Interface().(type) {
	case []string:
		return one.fillList(v)
	case map[string]string:
		return one.fillMap(v)
	}
	return one.fillScalar(v)
}

func (one setting) fillScalar(v value) string {
	field := one.field
	switch field.Kind() {
	case reflect.Bool:
		b, err := strconv.ParseBool(v.text)
		if err != nil || v.shape != asText {
			return "wants true or false"
		}
		field.SetBool(b)
	case reflect.String:
		if v.shape != asText {
			return "wants one text"
		}
		field.SetString(v.text)
	default:
		n, err := strconv.ParseInt(strings.ReplaceAll(v.text, "_", ""), 10, field.Type().Bits())
		if err != nil || v.shape != asText {
			return "wants a whole number"
		}
		field.SetInt(n)
	}
	return ""
}

func (one setting) fillList(v value) string {
	list := v.list
	switch {
	case v.shape == asMap:
		return "wants a list"
	case v.shape == asText:
		list = split(v.text)
	}
	one.field.Set(reflect.ValueOf(list))
	return ""
}

func (one setting) fillMap(v value) string {
	entries := v.entries
	switch v.shape {
	case asList:
		return "wants a map"
	case asText:
		entries = map[string]string{}
		for _, pair := range split(v.text) {
			from, to, ok := strings.Cut(pair, "=")
			if !ok {
				return "wants from=to,from=to"
			}
			entries[strings.TrimSpace(from)] = strings.TrimSpace(to)
		}
	}
	one.field.Set(reflect.ValueOf(entries))
	return ""
}

// split takes a comma-separated list apart; "" has no elements.
func split(text string) []string {
	var list []string
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// quote shows a value in a message, cut where it would fill the screen.
func quote(text string) string {
	const most = 64
	if len(text) > most {
		return fmt.Sprintf("%q…", strings.ToValidUTF8(text[:most], ""))
	}
	return fmt.Sprintf("%q", text)
}
