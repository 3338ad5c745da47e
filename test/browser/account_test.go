package browser

import (
	"testing"

	"ginchat/test/harness"
)

// Who is new makes an account through the page, after two mistakes.
func TestSignUp(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	server.NewClient().Register("taken", harness.Passwd, "Somebody")
	page := visit(t, server)
	page.problems.forgive(`register.shtml: status 4(00|09)|status of 4(00|09)`)
	page.goTo("/user/login.shtml")
	page.press("Create an account")
	page.says("h1", "Create an account")
	page.fill("input[name=mobile]", "taken")
	page.fill("input[name=nickname]", "Newcomer")
	page.fill("input[name=passwd]", "password123")
	page.click(".password__show")
	equals(page, "the password is shown", "text", `document.querySelector("input[name=passwd]").type`)
	page.click("form.card button[type=submit]")
	page.sees(".field__error")
	equals(page, "kept", "Newcomer", `document.querySelector("input[name=nickname]").value`)
	page.fill("input[name=mobile]", "newcomer@example.org")
	page.fill("input[name=passwd]", "a better pass-phrase")
	page.click("form.card button[type=submit]")
	page.at("/chat/index.shtml")
	page.sees(".conversations .empty")
}

// A change of the password and the end of a login reach the other pages.
func TestLoginsEnd(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	server.NewClient().Register("ends", harness.Passwd, "Ann")
	here, there := visit(t, server), visit(t, server)
	for _, p := range []*tab{here, there} {
		p.problems.forgive(`status (of )?401|WebSocket connection`)
		p.signIn("ends", harness.Passwd)
		p.expectConnection(true)
	}
	here.goTo("/user/settings.shtml")
	here.click("#devices .row button")
	here.notice("That device is signed out.")
	there.toldToSignIn()
	there.signIn("ends", harness.Passwd)
	there.expectConnection(true)

	here.fill("#password-old", harness.Passwd)
	here.fill("#password-new", "another pass-phrase")
	here.press("Change password")
	here.notice("Your password is changed. Other devices are signed out.")
	there.toldToSignIn()
	there.signIn("ends", "another pass-phrase")
	here.goTo("/chat/index.shtml")
	here.expectConnection(true)
}

// toldToSignIn waits until the page says that its login has ended, and follows.
func (p *tab) toldToSignIn() {
	p.t.Helper()
	p.says(".connection__text", "This login has ended.")
	p.press("Sign in")
	p.at("/user/login.shtml?next=")
}
