import { takeRequests } from "../lib/badges.js"
import { post } from "../lib/http.js"
import text from "../lib/texts.js"
import { addressAt, pageOf, partsOf } from "../models/address.js"

// <conversation-pane> holds the open conversation and changes it without loading
// the page anew: the server renders the other one and only this part is taken.
export default class ConversationPane extends HTMLElement {
  #latest = 0

  connectedCallback() {
    this.app = this.closest("chat-app")
    this.app.addEventListener("click", event => this.#clicked(event))
    this.addEventListener("submit", event => event.target.matches(".pane__mute") && this.#mute(event))
    addEventListener("popstate", () => this.#show(location.href))
    queueMicrotask(() => this.app.list.current(this.address))
  }

  // address is the open conversation's, "" when none is.
  get address() {
    const pane = this.firstElementChild
    return pane?.dataset.dstid ? `${pane.dataset.cmd}:${pane.dataset.dstid}` : ""
  }

  get timeline() { return this.querySelector("chat-timeline") }
  get composer() { return this.querySelector("chat-composer") }

  // renew shows the name, members and requests as they are now; about leaves that
  // out unless it is the open conversation.
  async renew(about = this.address) {
    const { address } = this
    if (about !== address) return
    const page = await this.#fetch(address ? `${pageOf(address)}&peek=1` : "/chat/index.shtml?peek=1")
    if (!page) return
    takeRequests(page)
    const head = page.querySelector(".pane__head"), old = this.querySelector(".pane__head")
    if (!head || !old || address !== this.address) return
    const focused = old.querySelector("button:focus")
    old.replaceWith(head)
    if (focused) head.querySelector("button")?.focus()
  }

  close() { this.#go("/chat/index.shtml") }

  #clicked(event) {
    const link = event.target.closest("a.conversation__link, a.pane__back")
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    this.#go(link.href, event.detail === 0 || matchMedia("(pointer: fine)").matches)
  }

  // mute has the server say so to all of the user's pages, this one too.
  async #mute(event) {
    event.preventDefault()
    const { target } = event
    const { kind, dstid } = partsOf(this.address)
    try {
      await post("/chat/mute", { cmd: kind, dstid, muted: new FormData(target).get("muted") })
    } catch {
      target.submit() // the page says what is wrong
    }
  }

  async #go(url, focus = false) {
    if (new URL(url, location).href !== location.href) history.pushState(null, "", url)
    await this.#show(url)
    if (focus) this.composer?.focusText()
  }

  async #show(url) {
    const mine = ++this.#latest
    const address = addressAt(url)
    this.app.list.current(address)
    const page = await this.#fetch(url)
    if (mine !== this.#latest) return
    document.body.classList.toggle("shell--open", Boolean(address))
    if (page) {
      this.replaceChildren(...page.querySelector("conversation-pane").childNodes)
      document.title = page.title
    } else {
      this.#apologize(address)
    }
    this.app.list.badge()
  }

  // fetch returns the page, null when there is no connection, or a failure in its
  // place. A page of another kind, such as the one to sign in, is gone to.
  async #fetch(url) {
    const { moment } = this.app.presence
    let answer
    try {
      answer = await fetch(url, { credentials: "same-origin" })
    } catch {
      return null
    }
    if (answer.status >= 500) return null
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    if (page.querySelector("conversation-pane")) {
      this.app.presence.take(page, moment)
      return page
    }
    location.assign(answer.redirected ? answer.url : url)
    return new Promise(() => {}) // the browser is on its way
  }

  #apologize(address) {
    const note = document.createElement("p"), again = document.createElement("a"), pane = document.createElement("div")
    note.textContent = text("chat.no_network")
    Object.assign(again, { href: address ? pageOf(address) : "/chat/index.shtml", textContent: text("chat.retry"), className: "conversation__link button" })
    pane.className = "pane pane--none"
    pane.append(note, again)
    this.replaceChildren(pane)
  }
}
