package browser

// findPeople searches for somebody to add.
func (p *tab) findPeople(kword string) {
	p.t.Helper()
	p.goTo("/contact/index.shtml?add=1")
	p.fill("#find-kword", kword)
	p.press("Search")
	p.at("/contact/index.shtml?")
}

// addFriend finds somebody by account and makes friends.
func (p *tab) addFriend(mobile, name string) {
	p.t.Helper()
	p.findPeople(mobile)
	p.press("Add " + name)
	p.notice("You are friends now. Say hello!")
}

// writeTo goes from the friend's card to the conversation.
func (p *tab) writeTo(name string) {
	p.t.Helper()
	p.goTo("/contact/index.shtml")
	p.click(`//a[contains(@class,"entry__main")][.//bdi[.=` + xpathText(name) + `]]`)
	p.says("#profile-name", name)
	p.press("Message")
	p.says(".pane__title", name)
	p.sees(".composer__text")
}

// createCommunity makes one that anybody may join.
func (p *tab) createCommunity(name string) {
	p.t.Helper()
	p.goTo("/contact/community.shtml?create=1")
	p.fill("#create-name", name)
	p.press("Create")
	p.notice("Your community is ready. Invite somebody!")
	p.says("#community-name", name)
}

// joinCommunity finds a community by name and joins it.
func (p *tab) joinCommunity(name string) {
	p.t.Helper()
	p.goTo("/contact/community.shtml?find=1")
	p.fill("#find-kword", name)
	p.press("Search")
	p.press("Join " + name)
	p.notice("Welcome! You are a member now.")
}

// notice waits for the word about a success.
func (p *tab) notice(words string) {
	p.t.Helper()
	p.says(".notice", words)
}
