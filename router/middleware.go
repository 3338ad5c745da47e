package router

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"time"

	"ginchat/httphandler"
	"ginchat/model"

	"github.com/gin-gonic/gin"
	"go.uber.org/zap"
)

// answerTimeout bounds a request, and of a socket the opening; a database that
// is away is told of within it.
const answerTimeout = 4 * time.Second

const contentPolicy = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; " +
	"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// observe names the request, contains its panics and logs its outcome. The
// query is left out: it may carry a token.
func observe(log *zap.Logger, replier *httphandler.Replier) gin.HandlerFunc {
	return func(c *gin.Context) {
		start := time.Now()
		httphandler.SetRequestID(c, rand.Text()[:12])
		defer func() {
			if p := recover(); p != nil {
				log.Error("panic in a request", zap.String("request", httphandler.RequestID(c)), zap.Any("panic", p), zap.Stack("stack"))
				replier.Fail(c, errors.New("panic"))
			}
			log.Debug("request", zap.String("request", httphandler.RequestID(c)), zap.String("method", c.Request.Method),
				zap.String("path", c.Request.URL.Path), zap.Int("status", c.Writer.Status()),
				zap.String("ip", c.ClientIP()), zap.Duration("took", time.Since(start)))
		}()
		c.Next()
	}
}

// protect sets the headers that keep browsers from doing harm.
func protect(site httphandler.Site) gin.HandlerFunc {
	return func(c *gin.Context) {
		h := c.Writer.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if site.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
	}
}

// uncached keeps answers about people out of every cache.
func uncached(c *gin.Context) { c.Header("Cache-Control", "no-store") }

// onlyDomain refuses requests for any other host than the site's.
func onlyDomain(domain string, replier *httphandler.Replier) gin.HandlerFunc {
	return func(c *gin.Context) {
		if host, _, _ := strings.Cut(c.Request.Host, ":"); !strings.EqualFold(host, domain) && !strings.EqualFold(c.Request.Host, domain) {
			replier.Fail(c, model.Errorf(model.Forbidden, "this server answers for %s only", domain))
		}
	}
}

// deadline bounds what a request may cost, finding out who asks included.
func deadline(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), answerTimeout)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

// authenticator tells whose token this is; user.Users does.
type authenticator interface {
	Authenticate(ctx context.Context, token string) (model.User, model.Login, error)
}

// identify finds out who is asking. A credential that is given and wrong is an
// error, except for a stale cookie, which a browser sends whether asked or not.
func identify(users authenticator, cookie string, replier *httphandler.Replier) gin.HandlerFunc {
	return func(c *gin.Context) {
		token, by, err := credential(c, cookie)
		if err != nil {
			replier.Fail(c, err)
			return
		}
		if by == httphandler.NoCredential {
			return
		}
		user, login, err := users.Authenticate(c.Request.Context(), token)
		switch {
		case err == nil:
			httphandler.SetIdentity(c, httphandler.Identity{User: user, Login: login, Credential: by})
		case by == httphandler.Cookie && model.CodeOf(err) == model.Unauthenticated:
		default:
			replier.Fail(c, err)
		}
	}
}

// credential returns the token of the request and where it came from.
func credential(c *gin.Context, cookie string) (string, httphandler.Credential, error) {
	if header := c.GetHeader("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return "", 0, model.Errorf(model.Unauthenticated, "the Authorization header must be: Bearer <token>")
		}
		return strings.TrimSpace(token), httphandler.Token, nil
	}
	params, err := httphandler.Params(c)
	if err != nil {
		return "", 0, err
	}
	if tokens := params["token"]; len(tokens) > 0 {
		return tokens[0], httphandler.Token, nil
	}
	if sent, err := c.Request.Cookie(cookie); err == nil {
		return sent.Value, httphandler.Cookie, nil
	}
	return "", httphandler.NoCredential, nil
}

// sameOrigin refuses changes that a foreign page makes a browser send along
// with its cookie, or without any. It does not look at an Authorization header's
// requests: no browser sends that on its own. A token parameter is no such proof;
// a page may put its author's there, to sign the victim in as somebody else. It
// comes before anything that reads the body.
func sameOrigin(replier *httphandler.Replier) gin.HandlerFunc {
	check := http.NewCrossOriginProtection()
	return func(c *gin.Context) {
		if c.GetHeader("Authorization") != "" {
			return
		}
		if err := check.Check(c.Request); err != nil {
			replier.Fail(c, model.Errorf(model.Forbidden, "this request came from another site"))
		}
	}
}

// signedIn refuses strangers.
func signedIn(replier *httphandler.Replier) gin.HandlerFunc {
	return func(c *gin.Context) {
		if _, ok := httphandler.IdentityOf(c); !ok {
			replier.Fail(c, model.Errorf(model.Unauthenticated, "sign in first"))
		}
	}
}

// signedInPage sends strangers to the sign-in page.
func signedInPage(c *gin.Context) {
	if _, ok := httphandler.IdentityOf(c); !ok {
		c.Abort()
		httphandler.ToLogin(c)
	}
}
