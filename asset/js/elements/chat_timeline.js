import { get } from "../lib/http.js"
import text from "../lib/texts.js"
import Timeline from "../models/timeline.js"
import { partsOf } from "../models/address.js"
import EntryList from "./entry_list.js"
import { hideRefusal, showRefusal, showState } from "./markup.js"

const PAGE = 50
const CATCH_UP = 200
const AT_END = 60 // px
const MOST = 600 // entries kept in the page while the newest is in view
const KEEP = 300

// <chat-timeline> shows the entries of the open conversation. Its scroller runs
// from the end upwards (flex-direction: column-reverse): the newest stays in view
// by itself, and what is added on top moves nothing.
export default class ChatTimeline extends HTMLElement {
  #loading = false
  #missed = 0

  connectedCallback() {
    this.app = this.closest("chat-app")
    this.address = this.app.pane.address
    this.scroller = this.querySelector(".timeline__scroller")
    this.jump = this.querySelector(".timeline__jump")
    this.entries = new EntryList(this.querySelector(".timeline__entries"), this.app)
    this.timeline = new Timeline(this.entries.seqs, Number(this.dataset.last))
    if (!this.dataset.older) this.timeline.startsHere()
    this.entries.meetAuthors()
    if (this.app.zoneIsNew) this.entries.redate()
    for (const entry of this.app.outbox.of(this.address)) this.showPending(entry)
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true })
    this.jump.onclick = () => this.toEnd()
    this.addEventListener("click", event => this.#pressed(event.target))
    this.#watchTop()
    if (this.dataset.past) this.catchUp()
    else this.app.opened(this.address, this.timeline.last)
  }

  disconnectedCallback() { this.observer?.disconnect() }

  get atEnd() { return Math.abs(this.scroller.scrollTop) < AT_END }

  // add shows a delivered entry, unless something before it is missing.
  add(entry) {
    this.#append(this.timeline.add(entry))
  }

  // catchUp reads what is missing at the end.
  async catchUp() {
    for (let rows; !rows || rows.length === CATCH_UP;) {
      rows = await this.#history({ after: this.timeline.last, limit: CATCH_UP })
      if (!rows || !this.isConnected) return
      this.#append(this.timeline.addPage(rows).newer)
    }
    this.querySelector(".timeline__newest")?.remove()
    delete this.dataset.past
    this.noteRead()
  }

  // showPending shows an entry of the outbox behind everything stored.
  showPending({ msgid, frame, at, state, reason }) {
    let node = this.entries.pending(msgid)
    if (!node) {
      this.#welcomed()
      node = this.entries.appendPending({ ...frame, userid: this.app.self, time: at })
      this.toEnd()
    }
    showState(node, state)
    if (state === "refused") showRefusal(node, reason)
    else hideRefusal(node)
  }

  hidePending(msgid) { this.entries.pending(msgid)?.remove() }

  toEnd() { this.scroller.scrollTop = 0 }

  // noteRead moves the read mark if the newest entry can be seen.
  noteRead() {
    if (this.#seen && !this.dataset.past) this.app.read(this.address, this.timeline.last)
  }

  get #seen() { return document.visibilityState === "visible" && this.atEnd }

  #append(entries) {
    const { atEnd } = this, height = this.scroller.scrollHeight
    for (const entry of entries) {
      const news = entry.userid !== this.app.self && !entry.op
      this.#welcomed()
      this.hidePending(entry.msgid)
      this.entries.append(entry, news && !this.#seen)
      if (news && !atEnd) this.#missed++
    }
    if (!atEnd) this.scroller.scrollTop -= this.scroller.scrollHeight - height // what is read stays put
    this.#trim()
    this.noteRead()
    this.#showJump()
  }

  #welcomed() { this.querySelector(".timeline__hello")?.remove() }

  #watchTop() {
    const link = this.querySelector(".timeline__older")
    if (!link) return
    this.observer?.disconnect()
    this.observer = new IntersectionObserver(([ seen ]) => seen.isIntersecting && this.#loadOlder(link), { root: this.scroller, rootMargin: "800px 0px 0px" })
    this.observer.observe(link)
    link.onclick = event => {
      event.preventDefault()
      this.#loadOlder(link)
    }
  }

  async #loadOlder(link) {
    if (this.#loading) return
    this.#loading = true
    const rows = await this.#history({ before: this.timeline.first, limit: PAGE })
    this.#loading = false
    if (!rows || !this.isConnected) return
    this.entries.prepend(this.timeline.addPage(rows).older)
    if (rows.length < PAGE) this.timeline.startsHere()
    if (this.timeline.reachesStart) link.remove()
    else this.#watchTop() // still near the top? then again
  }

  async #history(range) {
    const { kind, dstid } = partsOf(this.address)
    try {
      return (await get("/chat/history", { cmd: kind, dstid, ...range })).rows
    } catch {
      return null // what is missing is asked for again after the next connect
    }
  }

  // trim lets go of old entries so that a busy day does not fill the memory.
  #trim() {
    if (!this.atEnd || this.entries.size < MOST) return
    this.timeline.drop(this.entries.keep(KEEP))
    if (this.querySelector(".timeline__older")) return
    const link = document.createElement("a")
    Object.assign(link, { className: "timeline__older", href: location.href, textContent: text("chat.older") })
    this.querySelector(".timeline__entries").before(link)
    this.#watchTop()
  }

  #scrolled() {
    if (this.atEnd) {
      this.#missed = 0
      this.noteRead()
    }
    this.#showJump()
  }

  #showJump() {
    const far = Math.abs(this.scroller.scrollTop) > this.scroller.clientHeight
    this.jump.hidden = this.atEnd || (!far && this.#missed === 0)
    this.jump.querySelector(".timeline__missed").textContent = this.#missed || ""
  }

  #pressed(target) {
    const message = target.closest("article"), button = target.closest("button")
    if (!message || !button) return
    const { msgid } = message.dataset
    message.remove()
    if (button.matches(".message__discard")) this.app.outbox.discard(msgid)
    else this.showPending(this.app.retry(msgid))
  }
}
