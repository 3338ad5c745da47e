package browser

import (
	"fmt"

	"ginchat/model"
)

func pageOf(a model.Address) string {
	return fmt.Sprintf("/chat/index.shtml?cmd=%d&dstid=%d", a.Kind, a.DstID)
}

// openConversation chooses one from the list.
func (p *tab) openConversation(title string) {
	p.t.Helper()
	p.click(fmt.Sprintf(`//a[contains(@class,"conversation__link")][.//bdi[normalize-space(.)=%s]]`, xpathText(title)))
	p.says(".pane__title", title)
	p.sees(".composer__text")
}

// sendMessage types words and presses Enter.
func (p *tab) sendMessage(words string) {
	p.t.Helper()
	p.fill(".composer__text", words)
	p.key(enter)
}

// texts is what the open conversation's messages say, from the oldest in the page.
const texts = `[...document.querySelectorAll(".timeline__entries .message")].map(m => m.querySelector(".message__text")?.textContent ?? "")`

// expectMessages waits until the open conversation shows these messages, in this
// order, each once, and no others.
func (p *tab) expectMessages(want ...string) {
	p.t.Helper()
	equals(p, "messages of the open conversation", want, texts)
}

// expectLast waits until the newest messages are these.
func (p *tab) expectLast(want ...string) {
	p.t.Helper()
	equals(p, "newest messages of the open conversation", want, texts+`.slice(-%s)`, len(want))
}

// stateOf is the expression for the state that an own message shows: waiting,
// stored or refused.
const stateOf = `[...document.querySelectorAll(".message--mine")].findLast(m => m.querySelector(".message__text")?.textContent === %s)?.querySelector(".message__state")?.dataset.state ?? ""`

// expectState waits until an own message shows that state.
func (p *tab) expectState(words, state string) {
	p.t.Helper()
	equals(p, fmt.Sprintf("state of %q", words), state, stateOf, words)
}

// expectUnread waits until the list shows so many unread messages of a conversation.
func (p *tab) expectUnread(title string, count int) {
	p.t.Helper()
	equals(p, "unread messages of "+title, count, `(() => {
		const row = [...document.querySelectorAll(".conversation")].find(r => r.querySelector(".conversation__title").textContent === %s)
		const mark = row?.querySelector(".conversation__unread")
		return !mark || mark.hidden ? 0 : Number(mark.querySelector(".conversation__count").textContent)
	})()`, title)
}

// expectList waits until the list has these conversations, newest first.
func (p *tab) expectList(titles ...string) {
	p.t.Helper()
	equals(p, "conversations", titles, `[...document.querySelectorAll(".conversation__title")].map(e => e.textContent)`)
}

// expectConnection waits until the page does, or does not, complain about the connection.
func (p *tab) expectConnection(up bool) {
	p.t.Helper()
	if up {
		p.seesNot("connection-bar")
		p.until("connected", `document.querySelector("chat-app").socket.state.name === "online"`)
	} else {
		p.sees("connection-bar")
	}
}
