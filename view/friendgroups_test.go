package view

import (
	"strings"
	"testing"
)

func TestGroupFriends(t *testing.T) {
	names := []string{"张伟", "bo", "Ann", "陈晨", "李娜", "Élodie", "王芳", "欧阳", "吴", "安", "😀", "7up", "Zoë", "周", "赵", "孙", "钱", "徐", "杨",
		"何", "高", "林", "马", "罗", "郭", "唐", "冯", "彭", "任", "贾", "孔", "倪"}
	var people []Person
	for i, n := range names {
		people = append(people, Person{ID: int64(i), Nickname: n})
	}
	want := map[string]string{"A": "Ann 安", "B": "bo", "C": "陈晨", "E": "Élodie", "F": "冯", "G": "高 郭", "H": "何", "J": "贾", "K": "孔",
		"L": "李娜 林 罗", "M": "马", "N": "倪", "O": "欧阳", "P": "彭", "Q": "钱", "R": "任", "S": "孙", "T": "唐", "W": "王芳 吴",
		"X": "徐", "Y": "杨", "Z": "Zoë 张伟 赵 周", "#": "😀 7up"}
	groups := GroupFriends(people)
	last := ""
	for _, g := range groups {
		var got []string
		for _, p := range g.Friends {
			got = append(got, p.Name())
		}
		if s := strings.Join(got, " "); s != want[g.Letter] {
			t.Errorf("%s: %q, want %q", g.Letter, s, want[g.Letter])
		}
		if g.Letter <= last && g.Letter != "#" {
			t.Errorf("%s comes after %s", g.Letter, last)
		}
		last = g.Letter
	}
	if len(groups) != len(want) || last != "#" {
		t.Errorf("%d groups ending in %q, want %d ending in #", len(groups), last, len(want))
	}
}
