package view

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"ginchat/model"
)

func TestErrorText(t *testing.T) {
	v := newView(t)
	tests := []struct {
		lang, want string
		err        *model.Error
	}{
		{"en", "Wrong account or password", model.Errorf(model.Unauthenticated, "wrong account or password")},
		{"zh", "账号或密码错误", model.Errorf(model.Unauthenticated, "wrong account or password")},
		{"zh", "密码长度为 8 到 128 个字符", model.FieldErrorf("passwd", "a password has %d to %d characters", 8, 128)},
		{"en", "This must not be empty.", model.FieldErrorf("nickname", "nickname must not be empty")},
		{"zh", "你已被禁言至 2026-11-23 09:04 UTC", model.Errorf(model.Forbidden, "you may not post here until %s", "2026-11-23 09:04 UTC")},
		{"zh", "不能为空", model.FieldErrorf("name", "name must not be empty")},
		{"zh", "No such translation 7", model.Errorf(model.Invalid, "no such translation 7")},
		{"en", "", model.Errorf(model.Invalid, "")},
	}
	for _, tt := range tests {
		if got := v.ErrorText(tt.lang, tt.err); got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.lang, tt.err.Message, got, tt.want)
		}
	}
}

// TestEveryErrorIsTranslated reads the messages of all model.Errors from the
// source. Those that only a program can cause need no translation.
func TestEveryErrorIsTranslated(t *testing.T) {
	zh := newView(t).catalogues["zh"].texts
	found := 0
	for _, message := range errorMessages(t) {
		if forPrograms.MatchString(message) {
			continue
		}
		found++
		if _, ok := zh[errorKey(message)]; !ok {
			t.Errorf("lang/zh/error.json has no %q", errorKey(message))
		}
	}
	if found < 30 {
		t.Errorf("found only %d messages: is the search broken?", found)
	}
}

// forPrograms matches messages about parameters that no form of ours gets wrong.
var forPrograms = regexp.MustCompile(`(?i)utf-8|json|multipart|parameter|%[sq]|\b(crc|msgid|dstid|cmd|op|seq|sync|head|heads|media|id|accept|until|role|sex|cate|lang|theme|origin|socket|sockets|websockets|join_policy|history_policy|token|reply|url|n|before|after|is cancelled)\b`)

func errorKey(format string) string {
	if rest, ok := strings.CutPrefix(format, "%s "); ok {
		format = "{field} " + rest
	}
	count := -1
	return "error:" + regexp.MustCompile(`%d|\d+`).ReplaceAllStringFunc(format, func(string) string {
		count++
		return "{" + strconv.Itoa(count) + "}"
	})
}

// errorMessages returns the format of every model.Errorf and FieldErrorf, and the
// Message of every model.Error literal.
func errorMessages(t *testing.T) []string {
	var messages []string
	for _, dir := range []string{"../model", "../httphandlerpack", "../httphandler"} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if text, ok := messageOf(n); ok {
					messages = append(messages, text)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return messages
}

func messageOf(n ast.Node) (string, bool) {
	var expr ast.Expr
	switch n := n.(type) {
	case *ast.CallExpr:
		name := ""
		switch f := n.Fun.(type) {
		case *ast.SelectorExpr:
			name = f.Sel.Name
			if x, ok := f.X.(*ast.Ident); !ok || x.Name != "model" {
				return "", false
			}
		case *ast.Ident:
			name = f.Name
		}
		if (name != "Errorf" && name != "FieldErrorf") || len(n.Args) < 2 {
			return "", false
		}
		expr = n.Args[1]
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); !ok || key.Name != "Message" {
			return "", false
		}
		expr = n.Value
	}
	literal, ok := expr.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}
