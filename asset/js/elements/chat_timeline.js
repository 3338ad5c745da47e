import { meetAuthors, renameAuthor } from "./authors.js"
import EntryList from "./entry_list.js"
import HistoryWindow from "./history_window.js"
import { hideRefusal, showRefusal, showState } from "./markup.js"

const AT_END = 60 // px
const PATIENCE = 1000 // ms that an early entry waits for those before it

// <chat-timeline> shows the entries of the open conversation. Its scroller runs
// from the end upwards (flex-direction: column-reverse), so the newest stays in
// view by itself.
export default class ChatTimeline extends HTMLElement {
  #missed = 0
  #patience = 0

  connectedCallback() {
    this.app = this.closest("chat-app")
    this.address = this.app.pane.address
    this.scroller = this.querySelector(".timeline__scroller")
    this.jump = this.querySelector(".timeline__jump")
    this.entries = new EntryList(this.querySelector(".timeline__entries"), this.app)
    meetAuthors(this.entries.place, this.app.people)
    if (this.app.zoneIsNew) this.entries.redate()
    const cut = "past" in this.dataset
    this.querySelector(".timeline__newest")?.remove()
    this.window = new HistoryWindow(this.address, this.scroller, this.entries, { last: Number(this.dataset.last), link: this.querySelector(".timeline__older"), cut })
    for (const entry of this.app.outbox.of(this.address)) this.showPending(entry)
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true })
    this.jump.onclick = () => this.toEnd()
    this.addEventListener("click", event => this.#pressed(event.target))
    if (!cut) this.app.opened(this.address, this.window.last)
    this.#settled()
  }

  disconnectedCallback() { this.window.close() }

  get atEnd() { return this.window.reachesEnd && this.scroller.scrollTop > -AT_END }

  // add shows a delivered entry, unless something before it is missing.
  add(entry) {
    if (!this.window.reachesEnd) this.#miss(entry)
    this.#shown(this.window.add(entry, this.#news()), this.atEnd)
    clearTimeout(this.#patience)
    if (this.window.hasHole) this.#patience = setTimeout(() => this.catchUp(), PATIENCE)
  }

  // catchUp shows what is missing at the end.
  async catchUp() {
    const { atEnd } = this
    this.#shown(await this.window.catchUp(atEnd, this.#news()), atEnd)
  }

  // showPending shows an entry of the outbox behind everything stored.
  showPending({ msgid, frame, at, state, reason }) {
    if (this.entries.isStored(msgid)) return
    let node = this.entries.pending(msgid)
    if (!node) {
      node = this.entries.appendPending({ ...frame, userid: this.app.self, time: at })
      this.toEnd()
    }
    showState(node, state)
    if (state === "refused") showRefusal(node, reason)
    else hideRefusal(node)
  }

  // renamed shows what somebody is called now.
  renamed(person) { renameAuthor(this.entries.place, person) }

  hidePending(msgid) { this.entries.pending(msgid)?.remove() }

  async toEnd() {
    this.scroller.scrollTop = 0
    if (!this.window.reachesEnd) {
      await this.window.restart()
      this.scroller.scrollTop = 0
    }
    this.#scrolled()
  }

  // noteRead moves the read mark if the newest entry can be seen.
  noteRead() {
    if (document.visibilityState === "visible" && this.atEnd) this.app.read(this.address, this.window.last)
  }

  // news returns what tells, as things are now, whether an entry is new to the reader.
  #news() {
    const seen = document.visibilityState === "visible" && this.atEnd
    return entry => !seen && entry.userid !== this.app.self && !entry.op
  }

  #miss(entry) {
    if (entry.userid !== this.app.self && !entry.op) this.#missed++
  }

  #shown(entries, wasAtEnd) {
    if (!wasAtEnd) entries.forEach(entry => this.#miss(entry))
    this.#settled()
  }

  #settled() {
    if (this.atEnd) this.window.trim()
    this.noteRead()
    this.#showJump()
  }

  async #scrolled() {
    if (!this.atEnd) await this.window.scrolled()
    if (this.atEnd) {
      this.#missed = 0
      this.noteRead()
    }
    this.#showJump()
  }

  #showJump() {
    const far = -this.scroller.scrollTop > this.scroller.clientHeight || !this.window.reachesEnd
    this.jump.hidden = this.atEnd || (!far && this.#missed === 0)
    this.jump.querySelector(".timeline__missed").textContent = this.#missed || ""
  }

  #pressed(target) {
    const message = target.closest("article"), button = target.closest("button")
    if (!message || !button) return
    const { msgid } = message.dataset
    message.remove()
    if (button.matches(".message__discard")) this.app.outbox.discard(msgid)
    else this.app.courier.retry(msgid)
  }
}
