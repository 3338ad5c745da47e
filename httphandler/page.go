package httphandler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ginchat/model"
	"ginchat/view"

	"github.com/gin-gonic/gin"
)

// LangCookie keeps the language chosen with ?lang= by who is not signed in.
const LangCookie = "lang"

// LoginPath is the page to sign in.
const LoginPath = "/user/login.shtml"

// Unread counts what a user has not read; chat.Chat does.
type Unread interface {
	UnreadCount(ctx context.Context, userID int64) (int64, error)
}

// Requests counts what waits for a user's answer; contact.Contacts does.
type Requests interface {
	RequestCounts(ctx context.Context, userID int64) (friends, joins int, err error)
}

// Pages renders pages and turns the errors of page handlers into pages.
type Pages struct {
	view     *view.View
	replier  *Replier
	unread   Unread
	requests Requests
}

// NewPages returns Pages that logs errors through replier.
func NewPages(v *view.View, replier *Replier, unread Unread, requests Requests) *Pages {
	return &Pages{view: v, replier: replier, unread: unread, requests: requests}
}

// Page adapts f to gin; an error becomes a page. ?lang= is answered with a
// cookie and a redirect, whatever f.
func (p *Pages) Page(f Func) gin.HandlerFunc {
	return func(c *gin.Context) {
		if p.switchLanguage(c) {
			return
		}
		if err := f(c); err != nil {
			p.Fail(c, err)
		}
	}
}

// Common returns what every page has, but for the badges of the navigation.
// active is the page's part of it.
func (p *Pages) Common(c *gin.Context, active string) view.Page {
	page := view.Page{Lang: Language(c), Active: active, Notice: notice(c)}
	if id, ok := IdentityOf(c); ok {
		self := id.User
		page.Self, page.Theme = &self, self.Settings.Theme
	}
	return page
}

// Shell is Common with the badges.
func (p *Pages) Shell(c *gin.Context, active string) (view.Page, error) {
	unread, err := p.unread.UnreadCount(c.Request.Context(), UserID(c))
	if err != nil {
		return view.Page{}, err
	}
	return p.ShellWith(c, active, unread)
}

// ShellWith is Shell for who has counted the unread messages already.
func (p *Pages) ShellWith(c *gin.Context, active string, unread int64) (view.Page, error) {
	page := p.Common(c, active)
	page.Badges.Unread = unread
	var err error
	page.Badges.Friends, page.Badges.Joins, err = p.requests.RequestCounts(c.Request.Context(), UserID(c))
	return page, err
}

// Render answers with a page.
func (p *Pages) Render(c *gin.Context, status int, page view.Renderable) error {
	var body bytes.Buffer
	if err := p.view.Render(&body, page); err != nil {
		return err
	}
	h := c.Writer.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Add("Vary", "Accept-Language, Cookie")
	return writePage(c, status, body.Bytes())
}

// Fail answers with the error page; who has to sign in first is sent there.
func (p *Pages) Fail(c *gin.Context, err error) {
	e := p.replier.Public(c, err)
	c.Abort()
	if c.Writer.Written() {
		return
	}
	if e.Code == model.Unauthenticated {
		ToLogin(c)
		return
	}
	p.retryAfter(c, e)
	page := view.Error{Page: p.Common(c, ""), Status: Status(e.Code)}
	page.Message = p.view.ErrorText(page.Lang, e)
	if e.Code == model.Internal {
		page.Request = RequestID(c)
	}
	if err := p.Render(c, page.Status, page); err != nil {
		p.replier.Fail(c, fmt.Errorf("error page: %w", err))
	}
}

// NotFound answers for an address that does not exist.
func (p *Pages) NotFound(c *gin.Context) {
	p.Fail(c, model.Errorf(model.NotFound, "there is no such page"))
}

// secret names the fields that are never sent back.
var secret = map[string]bool{"passwd": true, "old": true, "new": true}

// Refused turns the error of form name into what the page shows beside the
// fields, with the status to answer. shown names the form's visible fields, to be
// filled in again; an error of any other field belongs to the whole form. What
// is no model.Error comes back as failed.
func (p *Pages) Refused(c *gin.Context, err error, name string, shown ...string) (form view.Form, status int, failed error) {
	var e *model.Error
	if !errors.As(err, &e) {
		return view.Form{}, 0, err
	}
	e = p.replier.Public(c, err)
	p.retryAfter(c, e)
	form = view.Form{Name: name, Error: p.view.ErrorText(Language(c), e), Values: map[string]string{}}
	params, err := Params(c)
	if err != nil {
		return view.Form{}, 0, err
	}
	for _, field := range shown {
		if field == e.Field {
			form.Field = field
		}
		if values := params[field]; len(values) > 0 && !secret[field] {
			form.Values[field] = values[0]
		}
	}
	return form, Status(e.Code), nil
}

func (p *Pages) retryAfter(c *gin.Context, e *model.Error) {
	if e.After > 0 {
		seconds := int64((e.After + time.Second - 1) / time.Second)
		c.Header("Retry-After", strconv.FormatInt(seconds, 10))
	}
}

// Done answers a form that was carried out: the browser gets target, which
// tells of the success by the catalogue's text notice.<done>; "" says nothing.
func (p *Pages) Done(c *gin.Context, target, done string) error {
	if done != "" {
		separator := "?"
		if strings.Contains(target, "?") {
			separator = "&"
		}
		target += separator + "done=" + url.QueryEscape(done)
	}
	c.Redirect(http.StatusSeeOther, target)
	return nil
}
