package contact

import (
	"context"
	"net/http"

	logic "ginchat/httphandlerpack/contact"
	"ginchat/view"

	"github.com/gin-gonic/gin"
)

// ShowContacts handles GET /contact/index.shtml: the friends and, by id, one
// person's card, or, by kword, who was found.
func (p *Page) ShowContacts(c *gin.Context) error {
	return p.showContacts(c, http.StatusOK, view.Form{})
}

func (p *Page) showContacts(c *gin.Context, status int, form view.Form) error {
	ctx, r := c.Request.Context(), readerOf(c)
	id, err := idIn(c, "id")
	if err != nil {
		return err
	}
	known, err := p.known(ctx, r)
	if err != nil {
		return err
	}
	shell, err := p.pages.Shell(c, "contacts")
	if err != nil {
		return err
	}
	page := view.Contacts{
		Page: shell, Form: form, Query: c.Query("kword"),
		Groups: view.GroupFriends(known.friends), Friends: len(known.friends),
		Requests: known.requests, Waiting: known.waiting, Blocked: known.blocked,
	}
	page.Adding = c.Query("add") != "" || (form.Name != "" && id == 0)
	switch {
	case id != 0:
		open, err := p.open(ctx, known, r, id)
		if err != nil {
			return err
		}
		page.Open = &open
	case page.Query != "":
		found, err := p.contacts.Search(ctx, r.id, page.Query)
		if err != nil {
			page.Form, status, err = p.pages.Refused(c, err, "add")
			if err != nil {
				return err
			}
		}
		for _, user := range found.Users {
			page.Found = append(page.Found, known.mark(view.NewPerson(user), r))
		}
	}
	return p.pages.Render(c, status, page)
}

// open returns whose card to show: anybody, with what they are to the viewer.
func (p *Page) open(ctx context.Context, known book, r reader, id int64) (view.Person, error) {
	if found, ok := known.byID[id]; ok {
		return found, nil
	}
	user, err := p.profiles.ByID(ctx, id)
	if err != nil {
		return view.Person{}, err
	}
	return known.mark(view.NewPerson(user), r), nil
}

// book is a user's address book: whom they know, and how.
type book struct {
	friends, requests, waiting, blocked []view.Person
	byID                                map[int64]view.Person
}

// mark returns p with what they are to the reader.
func (b book) mark(p view.Person, r reader) view.Person {
	if found, ok := b.byID[p.ID]; ok {
		return found
	}
	p.Self = p.ID == r.id
	return p
}

func (p *Page) known(ctx context.Context, r reader) (book, error) {
	b := book{byID: map[int64]view.Person{}}
	parts := [...]struct {
		load func(context.Context, int64) ([]logic.Friend, error)
		list *[]view.Person
		mark func(*view.Person)
	}{
		{p.contacts.Asked, &b.waiting, func(one *view.Person) { one.Waiting = true }},
		{p.contacts.Requests, &b.requests, func(one *view.Person) { one.Asked = true }},
		{p.contacts.Blocked, &b.blocked, func(one *view.Person) { one.Blocked = true }},
		{p.contacts.Friends, &b.friends, func(one *view.Person) { one.Friend = true }},
	}
	for _, part := range parts {
		people, err := part.load(ctx, r.id)
		if err != nil {
			return book{}, err
		}
		for _, f := range people {
			one := r.friend(f)
			part.mark(&one)
			*part.list = append(*part.list, one)
			b.byID[one.ID] = one
		}
	}
	return b, nil
}
