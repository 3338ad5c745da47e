package view

import (
	"bytes"
	"strings"
	"testing"

	"ginchat/model"
)

type files struct{}

func (files) Path(name string) string { return "/asset/x/" + name }

func (files) Needs(string) []string { return []string{"/asset/x/js/lib/http.js"} }

func newView(t *testing.T) *View {
	t.Helper()
	v, err := New(files{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestErrorPageInBothLanguages(t *testing.T) {
	v := newView(t)
	for lang, want := range map[string]string{"en": "Nothing here", "zh": "页面不存在"} {
		var out bytes.Buffer
		page := Error{Page: Page{Lang: lang, Self: &model.User{ID: 3, Nickname: "安 Ann"}}, Status: 404, Message: "m"}
		if err := v.Render(&out, page); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s: %q is not in %s", lang, want, out.String())
		}
	}
}
