package user

import (
	"net/http"

	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/user"
	"ginchat/view"

	"github.com/gin-gonic/gin"
)

// Page serves the pages of accounts: sign-in, sign-up and settings. The forms are
// sent to the page they are on and answered by a redirect, or by the page with
// what was wrong.
type Page struct {
	users  *logic.Users
	cookie Cookie
	pages  *httphandler.Pages
}

// NewPage returns the pages of accounts, on the same rules and with the same cookie as h.
func NewPage(h *Handler, pages *httphandler.Pages) *Page {
	return &Page{users: h.users, cookie: h.cookie, pages: pages}
}

// home is where who has signed in goes.
const home = "/chat/index.shtml"

// doorForm is the form to sign in or up.
type doorForm struct {
	Mobile   string `form:"mobile"`
	Passwd   string `form:"passwd"`
	Nickname string `form:"nickname"`
	Next     string `form:"next"`
}

// ShowLogin handles GET /user/login.shtml.
func (p *Page) ShowLogin(c *gin.Context) error {
	return p.showDoor(c, func(page view.Page, next string) view.Renderable {
		return view.Login{Page: page, Next: next}
	})
}

// ShowRegister handles GET /user/register.shtml.
func (p *Page) ShowRegister(c *gin.Context) error {
	return p.showDoor(c, func(page view.Page, next string) view.Renderable {
		return view.Register{Page: page, Next: next}
	})
}

func (p *Page) showDoor(c *gin.Context, page func(page view.Page, next string) view.Renderable) error {
	next := httphandler.LocalPath(c.Query("next"), "")
	if _, ok := httphandler.IdentityOf(c); ok {
		return p.enter(c, next)
	}
	return p.pages.Render(c, http.StatusOK, page(p.pages.Common(c, ""), next))
}

// enter sends who has signed in to next.
func (p *Page) enter(c *gin.Context, next string) error {
	c.Redirect(http.StatusSeeOther, httphandler.LocalPath(next, home))
	return nil
}

// Login handles POST /user/login.shtml.
func (p *Page) Login(c *gin.Context) error {
	var form doorForm
	if err := httphandler.Bind(c, &form); err != nil {
		return err
	}
	if err := p.signIn(c, form); err != nil {
		refused, status, err := p.pages.Refused(c, err, "login", "mobile", "passwd")
		if err != nil {
			return err
		}
		return p.pages.Render(c, status, view.Login{Page: p.stranger(c), Form: refused, Next: httphandler.LocalPath(form.Next, "")})
	}
	return p.enter(c, form.Next)
}

func (p *Page) signIn(c *gin.Context, form doorForm) error {
	_, token, err := p.users.Login(c.Request.Context(), logic.Attempt{
		Mobile: form.Mobile, Passwd: form.Passwd, Device: c.Request.UserAgent(), IP: c.ClientIP(),
	})
	if err != nil {
		return err
	}
	p.cookie.Set(c, token)
	return nil
}

// Register handles POST /user/register.shtml: the account is made, and signed in.
func (p *Page) Register(c *gin.Context) error {
	var form doorForm
	if err := httphandler.Bind(c, &form); err != nil {
		return err
	}
	_, err := p.users.Register(c.Request.Context(), logic.Registration{Mobile: form.Mobile, Passwd: form.Passwd, Nickname: form.Nickname})
	if err == nil {
		err = p.signIn(c, form)
	}
	if err != nil {
		refused, status, err := p.pages.Refused(c, err, "register", "mobile", "nickname", "passwd")
		if err != nil {
			return err
		}
		return p.pages.Render(c, status, view.Register{Page: p.stranger(c), Form: refused, Next: httphandler.LocalPath(form.Next, "")})
	}
	return p.enter(c, form.Next)
}

// stranger is the common part of a page for who is not signed in, even if the
// browser still holds another login.
func (p *Page) stranger(c *gin.Context) view.Page {
	page := p.pages.Common(c, "")
	page.Self = nil
	return page
}
