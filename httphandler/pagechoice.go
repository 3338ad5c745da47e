package httphandler

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"ginchat/view"

	"github.com/gin-gonic/gin"
)

const yearInSeconds = 365 * 24 * 60 * 60

// Language returns the language to answer in: the user's setting, else the
// one chosen with ?lang=, else the browser's.
func Language(c *gin.Context) string {
	if id, ok := IdentityOf(c); ok && view.Speaks(id.User.Settings.Lang) {
		return id.User.Settings.Lang
	}
	if cookie, err := c.Request.Cookie(LangCookie); err == nil && view.Speaks(cookie.Value) {
		return cookie.Value
	}
	return view.Match(c.GetHeader("Accept-Language"))
}

// SetLanguage keeps lang in this browser; "" goes back to the browser's own.
func SetLanguage(c *gin.Context, lang string) {
	age := yearInSeconds
	if lang == "" {
		age = -1
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: LangCookie, Value: lang, Path: "/", MaxAge: age, SameSite: http.SameSiteLaxMode, HttpOnly: true,
	})
}

// switchLanguage answers ?lang= and reports whether it did.
func (p *Pages) switchLanguage(c *gin.Context) bool {
	query := c.Request.URL.Query()
	lang := query.Get("lang")
	if c.Request.Method != http.MethodGet || !view.Speaks(lang) {
		return false
	}
	SetLanguage(c, lang)
	query.Del("lang")
	c.Redirect(http.StatusSeeOther, address(c.Request.URL.Path, query))
	return true
}

func address(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

var noticeName = regexp.MustCompile(`^[a-z_]{1,32}$`)

// notice returns the catalogue key of the success that ?done= tells of.
func notice(c *gin.Context) string {
	if done := c.Query("done"); noticeName.MatchString(done) && view.IsNotice(done) {
		return "notice." + done
	}
	return ""
}

// ToLogin sends a stranger to the sign-in page and from there back here.
func ToLogin(c *gin.Context) {
	next := ""
	if c.Request.Method == http.MethodGet {
		next = "?next=" + url.QueryEscape(c.Request.URL.RequestURI())
	}
	c.Redirect(http.StatusSeeOther, LoginPath+next)
}

// LocalPath returns next if it is a path on this site, else fallback. What
// browsers read as another host (//host, /\host) is not.
func LocalPath(next, fallback string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return fallback
	}
	return next
}
