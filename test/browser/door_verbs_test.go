package browser

import (
	"testing"

	"ginchat/model"
	"ginchat/test/harness"
)

// signIn fills in the form of the page to sign in, and arrives at the chats.
func (p *tab) signIn(mobile, passwd string) {
	p.t.Helper()
	p.goTo("/user/login.shtml")
	p.fill("input[name=mobile]", mobile)
	p.fill("input[name=passwd]", passwd)
	p.click("form.card button[type=submit]")
	p.at("/chat/index.shtml")
}

// signedIn opens a tab in which somebody has signed in already.
func signedIn(t testing.TB, who *harness.Client, options ...func(*device)) *tab {
	t.Helper()
	p := visit(t, who.Server, options...)
	p.hasCookie(who.Token)
	return p
}

// in is signedIn with a conversation on the screen.
func in(t testing.TB, who *harness.Client, of model.Address, options ...func(*device)) *tab {
	t.Helper()
	p := signedIn(t, who, options...)
	p.goTo(pageOf(of))
	p.sees(".composer__text")
	return p
}
