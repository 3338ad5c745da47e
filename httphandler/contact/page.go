package contact

import (
	"context"
	"strconv"
	"time"

	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/contact"
	"ginchat/model"
	"ginchat/view"

	"github.com/gin-gonic/gin"
)

// Profiles finds any user, contact or not; user.Users does.
type Profiles interface {
	ByID(ctx context.Context, id int64) (model.User, error)
}

// Page serves /contact/index.shtml and /contact/community.shtml. The forms are
// sent to the page they are on, with an action, and answered by a redirect, or by
// the page with what was wrong.
type Page struct {
	contacts *logic.Contacts
	profiles Profiles
	pages    *httphandler.Pages
}

// NewPage returns the pages of contacts.
func NewPage(contacts *logic.Contacts, profiles Profiles, pages *httphandler.Pages) *Page {
	return &Page{contacts: contacts, profiles: profiles, pages: pages}
}

const (
	contactsPath    = "/contact/index.shtml"
	communitiesPath = "/contact/community.shtml"
)

// refused shows the page again with what was wrong in form name. show renders it.
func (p *Page) refused(c *gin.Context, err error, name string, typed []string,
	show func(c *gin.Context, status int, form view.Form) error) error {
	form, status, failed := p.pages.Refused(c, err, name, typed...)
	if failed != nil {
		return failed
	}
	return show(c, status, form)
}

// idIn returns the id in the page's own address, 0 if there is none.
func idIn(c *gin.Context, name string) (int64, error) {
	text := c.Query(name)
	if text == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, model.Errorf(model.NotFound, "there is no such page")
	}
	return id, nil
}

// reader is who looks at a page, and how they read names and times.
type reader struct {
	id   int64
	lang string
	now  time.Time
}

func readerOf(c *gin.Context) reader {
	return reader{id: httphandler.UserID(c), lang: httphandler.Language(c), now: httphandler.Now(c)}
}

// friend returns a contact as the pages show them.
func (r reader) friend(f logic.Friend) view.Person { return r.person(f.User, f.Remark, f.Presence) }

// person returns somebody whose presence the reader may know.
func (r reader) person(u model.User, remark string, presence model.Presence) view.Person {
	p := view.NewPerson(u)
	p.Remark, p.Self = remark, u.ID == r.id
	p.Presence = view.NewPresence(r.lang, u.ID, presence, r.now)
	return p
}
