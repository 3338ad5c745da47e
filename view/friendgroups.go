package view

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// FriendGroup is the friends whose names begin with one letter.
type FriendGroup struct {
	Letter  string // "A" to "Z", or "#" for the rest
	Friends []Person
}

// firstHan holds, for each letter that begins a syllable of Mandarin, the first
// Chinese character of that letter in pinyin order.
var firstHan = [...]struct{ letter, han string }{
	{"A", "阿"}, {"B", "八"}, {"C", "嚓"}, {"D", "咑"}, {"E", "妸"}, {"F", "发"}, {"G", "旮"}, {"H", "哈"},
	{"J", "丌"}, {"K", "咔"}, {"L", "垃"}, {"M", "妈"}, {"N", "拏"}, {"O", "噢"}, {"P", "妑"}, {"Q", "七"},
	{"R", "呥"}, {"S", "仨"}, {"T", "他"}, {"W", "屲"}, {"X", "夕"}, {"Y", "丫"}, {"Z", "帀"},
}

// GroupFriends sorts people as an address book does: by first letter, Chinese
// names by their pinyin, what has no letter last.
func GroupFriends(people []Person) []FriendGroup {
	order := collate.New(language.Chinese, collate.IgnoreCase)
	type row struct {
		letter string
		key    []byte
		person Person
	}
	rows := make([]row, 0, len(people))
	var buf collate.Buffer
	for _, p := range people {
		key := append([]byte(nil), order.KeyFromString(&buf, p.Name())...)
		buf.Reset()
		rows = append(rows, row{letterOf(order, p.Name()), key, p})
	}
	sort.SliceStable(rows, func(i, j int) bool {
		a, b := rows[i], rows[j]
		if a.letter != b.letter {
			return b.letter == "#" || (a.letter != "#" && a.letter < b.letter)
		}
		if c := strings.Compare(string(a.key), string(b.key)); c != 0 {
			return c < 0
		}
		return a.person.ID < b.person.ID
	})
	var groups []FriendGroup
	for _, r := range rows {
		if len(groups) == 0 || groups[len(groups)-1].Letter != r.letter {
			groups = append(groups, FriendGroup{Letter: r.letter})
		}
		last := &groups[len(groups)-1]
		last.Friends = append(last.Friends, r.person)
	}
	return groups
}

func letterOf(order *collate.Collator, name string) string {
	first, _ := utf8.DecodeRuneInString(norm.NFKD.String(name)) // É is E and a mark
	if unicode.Is(unicode.Han, first) {
		return hanLetter(order, string(first))
	}
	if upper := unicode.ToUpper(first); upper >= 'A' && upper <= 'Z' {
		return string(upper)
	}
	return "#"
}

func hanLetter(order *collate.Collator, han string) string {
	letter := "#"
	for _, first := range firstHan {
		if order.CompareString(han, first.han) < 0 {
			break
		}
		letter = first.letter
	}
	return letter
}
