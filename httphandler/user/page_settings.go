package user

import (
	"context"
	"net/http"

	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/user"
	"ginchat/model"
	"ginchat/view"

	"github.com/gin-gonic/gin"
)

const settingsPath = "/user/settings.shtml"

// settingsForm is any form of the settings page.
type settingsForm struct {
	Action      string `form:"action"`
	Nickname    string `form:"nickname"`
	Sex         string `form:"sex"`
	Memo        string `form:"memo"`
	Lang        string `form:"lang"`
	Theme       string `form:"theme"`
	Approve     bool   `form:"approve"`
	EnterBreaks bool   `form:"enter_breaks"`
	Old         string `form:"old"`
	New         string `form:"new"`
	ID          int64  `form:"id"`
}

// ShowSettings handles GET /user/settings.shtml.
func (p *Page) ShowSettings(c *gin.Context) error {
	return p.showSettings(c, http.StatusOK, view.Form{})
}

func (p *Page) showSettings(c *gin.Context, status int, form view.Form) error {
	id, ok := httphandler.IdentityOf(c)
	if !ok {
		return model.Errorf(model.Unauthenticated, "please sign in")
	}
	logins, err := p.users.Logins(c.Request.Context(), id.User.ID)
	if err != nil {
		return err
	}
	shell, err := p.pages.Shell(c, "settings")
	if err != nil {
		return err
	}
	return p.pages.Render(c, status, view.Settings{Page: shell, Form: form, Current: id.Login.ID, Logins: logins})
}

// ActOnSettings handles POST /user/settings.shtml.
func (p *Page) ActOnSettings(c *gin.Context) error {
	id, ok := httphandler.IdentityOf(c)
	if !ok {
		return model.Errorf(model.Unauthenticated, "please sign in")
	}
	var form settingsForm
	if err := httphandler.Bind(c, &form); err != nil {
		return err
	}
	if form.Action == "logout" {
		return p.signOut(c, id.Login)
	}
	target, done, err := p.actOnSettings(c.Request.Context(), id, form)
	if err != nil {
		refused, status, err := p.pages.Refused(c, err, form.Action, "nickname", "sex", "memo", "lang", "theme", "old", "new")
		if err != nil {
			return err
		}
		return p.showSettings(c, status, refused)
	}
	if form.Action == "preferences" {
		httphandler.SetLanguage(c, form.Lang) // so that the sign-in page speaks it too
	}
	return p.pages.Done(c, target, done)
}

// actOnSettings carries form out. It returns where to go then, and the notice.
func (p *Page) actOnSettings(ctx context.Context, id httphandler.Identity, form settingsForm) (target, done string, err error) {
	self := id.User.ID
	switch form.Action {
	case "profile":
		_, err = p.users.Update(ctx, self, logic.Update{Nickname: &form.Nickname, Sex: &form.Sex, Memo: &form.Memo})
		return settingsPath, "saved", err
	case "preferences":
		settings := id.User.Settings
		settings.Lang, settings.Theme = form.Lang, form.Theme
		settings.Approve, settings.EnterBreaks = form.Approve, form.EnterBreaks
		_, err = p.users.Update(ctx, self, logic.Update{Settings: &settings})
		return settingsPath, "saved", err
	case "password":
		return settingsPath, "password_changed", p.users.ChangePassword(ctx, id.Login, form.Old, form.New)
	case "endlogin":
		return settingsPath, "login_ended", p.users.EndLogin(ctx, self, form.ID)
	case "endothers":
		return settingsPath, "logins_ended", p.endOthers(ctx, id)
	}
	return "", "", model.Errorf(model.Invalid, "there is no such action")
}

func (p *Page) endOthers(ctx context.Context, id httphandler.Identity) error {
	logins, err := p.users.Logins(ctx, id.User.ID)
	if err != nil {
		return err
	}
	for _, login := range logins {
		if login.ID == id.Login.ID {
			continue
		}
		// One that ended meanwhile is what was wanted.
		if err := p.users.EndLogin(ctx, id.User.ID, login.ID); err != nil && model.CodeOf(err) != model.NotFound {
			return err
		}
	}
	return nil
}

func (p *Page) signOut(c *gin.Context, login model.Login) error {
	if err := p.users.Logout(c.Request.Context(), login); err != nil {
		return err
	}
	p.cookie.Clear(c)
	c.Redirect(http.StatusSeeOther, httphandler.LoginPath)
	return nil
}
