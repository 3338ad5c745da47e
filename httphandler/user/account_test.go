package user_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/user"
	"ginchat/model"
)

const (
	profileKeys = "avatar createat id memo nickname sex"
	userKeys    = "avatar createat id memo mobile nickname settings sex"
)

func TestRegisterAnswersTheUser(t *testing.T) {
	a := newAPI(t, httphandler.Site{}, logic.Config{})
	got := a.post("/user/register", `{"mobile":"13800000001","passwd":"`+passwd+`","nickname":"💩 Anna","id":99,"createat":"2001-01-01","role":"admin","disabled_at":1,"passwd_hash":"x","settings":{"approve":true}}`, "")
	a.want("register", got, 200, "")
	if keys(got.Data) != userKeys || got.data("id") == 99.0 || got.data("mobile") != "13800000001" || got.data("nickname") != "💩 Anna" {
		t.Errorf("answer %s", got.Body)
	}
	if at, _ := got.data("createat").(string); len(at) != len("2006-01-02T15:04:05.000Z") || strings.HasPrefix(at, "2001") || !strings.HasSuffix(at, "Z") {
		t.Errorf("createat %v", got.data("createat"))
	}
	again := a.post("/user/register", "mobile=138 0000 0001&passwd="+passwd, "")
	a.want("taken", again, 409, model.Conflict)
	if again.Field != "mobile" {
		t.Errorf("field %q", again.Field)
	}
	for body, code := range map[string]model.Code{
		"":                                                            model.Invalid,
		"mobile=anna&passwd=short":                                    model.Invalid,
		"mobile=anna&passwd=password1":                                model.Invalid,
		"mobile=anna&passwd=" + passwd + "%00":                        "",
		"mobile=an%00na&passwd=" + passwd:                             model.Invalid,
		"mobile=an%ffna&passwd=" + passwd:                             model.Invalid,
		`{"mobile":"\ud800nna","passwd":"` + passwd + `"}`:            model.Invalid,
		"mobile=bert&passwd=" + passwd + "&nickname=a%e2%80%aeb":      model.Invalid,
		`{"mobile":["x"],"passwd":{}}`:                                model.Invalid,
		`{"mobile":`:                                                  model.Invalid,
		"mobile=" + strings.Repeat("x", 2<<20):                        model.TooLarge,
		"mobile=" + strings.Repeat("x", 900000) + "&passwd=" + passwd: model.Invalid,
	} {
		status := map[model.Code]int{"": 200, model.Invalid: 400, model.TooLarge: 413}[code]
		a.want(body[:min(len(body), 60)], a.post("/user/register", body, ""), status, code)
	}
}

func TestNothingPrivateInAnswers(t *testing.T) {
	a := newAPI(t, httphandler.Site{}, logic.Config{})
	anna, token := a.signIn("13800000001")
	bert, berts := a.signIn("13800000002")
	for _, request := range []struct{ path, body, keys string }{
		{"/user/find", fmt.Sprint("id=", bert), profileKeys},
		{"/user/find", "mobile=13800000002", profileKeys},
		{"/user/find", fmt.Sprint("id=", anna), profileKeys},
		{"/user/update", "memo=hello", userKeys},
		{"/user/logins", "", ""},
		{"/user/logout", "", ""},
	} {
		got := a.post(request.path, request.body, token)
		a.want(request.path, got, 200, "")
		text := got.Body.String()
		if keys(got.Data) != request.keys || strings.Contains(text, token) || strings.Contains(text, berts) || strings.Contains(text, "argon2") ||
			(request.path == "/user/find" && strings.Contains(text, `"13800000002"`) && keys(got.Data) != profileKeys) {
			t.Errorf("%s %s answers %s", request.path, request.body, text)
		}
	}
	a.want("unknown id", a.post("/user/find", "id=999", berts), 404, model.NotFound)
	a.want("unknown account", a.post("/user/find", "mobile=nobody", berts), 404, model.NotFound)
	a.want("nothing", a.post("/user/find", "", berts), 400, model.Invalid)
	a.want("no number", a.post("/user/find", "id=1e3", berts), 400, model.Invalid)
	a.want("too large", a.post("/user/find", "id=9223372036854775808", berts), 400, model.Invalid)
}

func TestNobodyActsForAnother(t *testing.T) {
	a := newAPI(t, httphandler.Site{}, logic.Config{})
	anna, token := a.signIn("anna")
	bert, berts := a.signIn("bert")
	for _, path := range []string{"/user/update", "/user/find", "/user/passwd", "/user/logins/end"} {
		for _, name := range []string{"userid", "ownerid"} {
			a.want(path+" "+name, a.post(path, fmt.Sprintf("%s=%d&memo=x&id=%d&old=%s&new=a fine new one", name, bert, bert, passwd), token), 403, model.Forbidden)
		}
	}
	got := a.post("/user/update", fmt.Sprintf(`{"id":%d,"userid":%d,"mobile":"evil","createat":"2001","passwd":"evil evil","nickname":"Me"}`, bert, anna), token)
	a.want("update", got, 200, "")
	if got.data("id") != float64(anna) || got.data("mobile") != "anna" || got.data("nickname") != "Me" {
		t.Errorf("update answers %s", got.Body)
	}
	if found := a.post("/user/find", fmt.Sprint("id=", bert), berts); found.data("nickname") != "bert" {
		t.Errorf("another user is now %s", found.Body)
	}
	rows := a.post("/user/logins", "", berts).Rows.([]any)
	login := rows[0].(map[string]any)
	a.want("another's login", a.post("/user/logins/end", fmt.Sprint("id=", login["id"]), token), 404, model.NotFound)
	a.want("no login", a.post("/user/logins/end", "", token), 400, model.Invalid)
}

func TestSettingsAreMerged(t *testing.T) {
	a := newAPI(t, httphandler.Site{}, logic.Config{})
	_, token := a.signIn("anna")
	settings := func(body string) string {
		t.Helper()
		got := a.post("/user/update", body, token)
		a.want(body, got, 200, "")
		return fmt.Sprint(got.data("settings"))
	}
	if got := settings(`{"settings":{"approve":true,"theme":"dark","evil":1}}`); got != "map[approve:true theme:dark]" {
		t.Errorf("settings %s", got)
	}
	if got := settings(`settings={"theme":"light"}`); got != "map[approve:true theme:light]" {
		t.Errorf("settings %s", got)
	}
	if got := settings("memo=hi"); got != "map[approve:true theme:light]" {
		t.Errorf("settings %s", got)
	}
	for _, bad := range []string{`settings={"theme":"red"}`, `settings={"approve":"maybe"}`, "settings=dark", `settings=[1]`, "sex=X", "avatar=javascript:x"} {
		a.want(bad, a.post("/user/update", bad, token), http.StatusBadRequest, model.Invalid)
	}
}
