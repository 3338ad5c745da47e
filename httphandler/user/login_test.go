package user_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/user"
	"ginchat/model"
)

func TestLoginSetsTheCookie(t *testing.T) {
	for _, tt := range []struct {
		site httphandler.Site
		want string
	}{
		{httphandler.Site{}, "ginchat=%s; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax"},
		{httphandler.Site{Secure: true}, "__Host-ginchat=%s; Path=/; Max-Age=7776000; HttpOnly; Secure; SameSite=Lax"},
	} {
		a := newAPI(t, tt.site, logic.Config{})
		_, first := a.signIn("anna")
		got := a.post("/user/login", "mobile=anna&passwd="+passwd, "", func(r *http.Request) {
			r.AddCookie(&http.Cookie{Name: tt.site.CookieName(), Value: first}) // what came before plays no part
		})
		a.want("login", got, 200, "")
		token, _ := got.data("token").(string)
		if keys(got.Data) != userKeys+" token" || token == first || len(token) != 43 {
			t.Errorf("login answers %s", got.Body)
		}
		if cookies := got.Result().Header["Set-Cookie"]; !slices.Equal(cookies, []string{fmt.Sprintf(tt.want, token)}) {
			t.Errorf("cookies %q", cookies)
		}
	}
}

func TestLogoutEndsTheLogin(t *testing.T) {
	a := newAPI(t, httphandler.Site{}, logic.Config{})
	_, token := a.signIn("anna")
	withCookie := func(r *http.Request) {
		r.Header.Del("Authorization")
		r.AddCookie(&http.Cookie{Name: "ginchat", Value: token})
	}
	got := a.post("/user/logout", "", "", withCookie)
	a.want("logout", got, 200, "")
	if cookie := got.Result().Header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "ginchat=; Path=/; Max-Age=0;") {
		t.Errorf("cookie %q", cookie)
	}
	a.want("the token after logout", a.post("/user/logins", "", token), 401, model.Unauthenticated)
	a.want("the cookie after logout", a.post("/user/logins", "", "", withCookie), 401, model.Unauthenticated)
	if len(a.ended) != 1 {
		t.Errorf("sockets closed of logins %v", a.ended)
	}
}

func TestLoginsListsDevices(t *testing.T) {
	a := newAPI(t, httphandler.Site{}, logic.Config{})
	_, token := a.signIn("anna")
	a.post("/user/login", "mobile=anna&passwd="+passwd, "", func(r *http.Request) {
		r.Header.Set("User-Agent", "Bad\r\nX-Evil: 1 \x1b[31m")
		r.RemoteAddr = "[2001:db8::1]:5"
	})
	got := a.post("/user/logins", "", token)
	a.want("logins", got, 200, "")
	rows := got.Rows.([]any)
	if *got.Total != 2 || len(rows) != 2 {
		t.Fatalf("logins %s", got.Body)
	}
	other, own := rows[0].(map[string]any), rows[1].(map[string]any)
	if keys(other) != "createat current device id ip seenat" || other["device"] != "Bad X-Evil: 1 [31m" || other["ip"] != "2001:db8::1" ||
		other["current"] != false || own["current"] != true || own["ip"] != "192.0.2.1" {
		t.Errorf("logins %s", got.Body)
	}
	a.want("end", a.post("/user/logins/end", fmt.Sprintf("id=%.0f", other["id"]), token), 200, "")
	if got := a.post("/user/logins", "", token); *got.Total != 1 {
		t.Errorf("after the end: %s", got.Body)
	}
}

func TestPasswdEndsOtherLogins(t *testing.T) {
	a := newAPI(t, httphandler.Site{}, logic.Config{})
	_, token := a.signIn("anna")
	other, _ := a.post("/user/login", "mobile=anna&passwd="+passwd, "").data("token").(string)
	wrong := a.post("/user/passwd", "old=wrong&new=a fine new one", token)
	a.want("wrong old one", wrong, 403, model.Forbidden)
	if wrong.Field != "old" {
		t.Errorf("field %q", wrong.Field)
	}
	a.want("short new one", a.post("/user/passwd", "old="+passwd+"&new=short", token), 400, model.Invalid)
	a.want("change", a.post("/user/passwd", "old="+passwd+"&new=a fine new one", token), 200, "")
	a.want("this login", a.post("/user/logins", "", token), 200, "")
	a.want("the other login", a.post("/user/logins", "", other), 401, model.Unauthenticated)
	if len(a.ended) != 1 {
		t.Errorf("sockets closed of logins %v", a.ended)
	}
}

func TestWrongLoginsTellNothing(t *testing.T) {
	a := newAPI(t, httphandler.Site{}, logic.Config{})
	a.signIn("anna")
	wrong := a.post("/user/login", "mobile=anna&passwd=wrong", "")
	unknown := a.post("/user/login", "mobile=nobody&passwd=wrong", "")
	a.want("wrong password", wrong, 401, model.Unauthenticated)
	a.want("unknown account", unknown, 401, model.Unauthenticated)
	if wrong.Body.String() != unknown.Body.String() || fmt.Sprint(wrong.Header()) != fmt.Sprint(unknown.Header()) || wrong.Header().Get("Set-Cookie") != "" {
		t.Errorf("answers differ: %s %s", wrong.Body, unknown.Body)
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	now := time.Now() // stands still, so that no try comes back meanwhile
	a := newAPI(t, httphandler.Site{}, logic.Config{LoginTries: 5, Now: func() time.Time { return now }})
	a.signIn("anna")
	var statuses []int
	for i := range 11 {
		got := a.post("/user/login", "mobile=anna&passwd=wrong", "", func(r *http.Request) {
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.0.0.%d", i))
			r.Header.Set("X-Real-IP", fmt.Sprintf("10.0.0.%d", i))
		})
		statuses = append(statuses, got.Result().StatusCode)
		if got.Result().StatusCode == 429 && (got.Error != string(model.RateLimited) || got.Header().Get("Retry-After") != "10") {
			t.Errorf("try %d: %s, Retry-After %q", i+1, got.Body, got.Header().Get("Retry-After"))
		}
	}
	if want := []int{401, 401, 401, 401, 401, 429, 429, 429, 429, 429, 429}; !slices.Equal(statuses, want) {
		t.Errorf("statuses %v, want %v", statuses, want)
	}
	another := func(r *http.Request) {
		r.RemoteAddr = "198.51.100.7:1"
		r.Header.Set("X-Forwarded-For", "192.0.2.1")
	}
	for i := range 5 { // other accounts from another address, which the header does not change
		a.want(fmt.Sprint("another address, try ", i), a.post("/user/login", fmt.Sprintf("mobile=user%d&passwd=wrong", i), "", another), 401, model.Unauthenticated)
	}
	a.want("another address, too often", a.post("/user/login", "mobile=user9&passwd=wrong", "", another), 429, model.RateLimited)
}

func TestBodiesAreReadInEveryForm(t *testing.T) {
	a := newAPI(t, httphandler.Site{}, logic.Config{})
	a.signIn("anna")
	body, err := json.Marshal(map[string]string{"mobile": "anna", "passwd": passwd})
	if err != nil {
		t.Fatal(err)
	}
	a.want("JSON", a.post("/user/login", string(body), ""), 200, "")
	multipart := "--x\r\nContent-Disposition: form-data; name=\"mobile\"\r\n\r\nanna\r\n--x\r\nContent-Disposition: form-data; name=\"passwd\"\r\n\r\n" + passwd + "\r\n--x--\r\n"
	a.want("multipart", a.post("/user/login", multipart, "", func(r *http.Request) { r.Header.Set("Content-Type", "multipart/form-data; boundary=x") }), 200, "")
	a.want("text", a.post("/user/login", "mobile=anna", "", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }), 400, model.Invalid)
}
