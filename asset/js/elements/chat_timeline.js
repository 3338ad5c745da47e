import { get } from "../lib/http.js"
import text from "../lib/texts.js"
import Timeline from "../models/timeline.js"
import { continues } from "../models/calendar.js"
import { partsOf } from "../models/address.js"
import { changeParts, fillAuthor, hideRefusal, markNode, messageNode, showRefusal, showState } from "./markup.js"

const PAGE = 50
const CATCH_UP = 200
const AT_END = 60 // px
const MOST = 600 // entries kept in the page while the newest is in view
const KEEP = 300

// <chat-timeline> shows the entries of the open conversation. Its scroller runs
// from the end upwards (flex-direction: column-reverse): the newest stays in view
// by itself, and what is added on top moves nothing.
export default class ChatTimeline extends HTMLElement {
  #loading = null
  #missed = 0

  connectedCallback() {
    this.app = this.closest("chat-app")
    this.address = this.app.pane.address
    this.scroller = this.querySelector(".timeline__scroller")
    this.entries = this.querySelector(".timeline__entries")
    this.jump = this.querySelector(".timeline__jump")
    const seqs = [ ...this.entries.querySelectorAll("[data-seq]") ].map(node => Number(node.dataset.seq))
    this.timeline = new Timeline(seqs, Number(this.dataset.last))
    if (!this.dataset.older) this.timeline.startsHere()
    this.#meetAuthors()
    if (this.app.zoneIsNew) this.#redate()
    for (const entry of this.app.outbox.of(this.address)) this.showPending(entry)
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true })
    this.jump.onclick = () => this.toEnd()
    this.addEventListener("click", event => this.#pressed(event.target))
    this.#watchTop()
    if (this.dataset.past) this.catchUp()
  }

  disconnectedCallback() { this.observer?.disconnect() }

  get atEnd() { return Math.abs(this.scroller.scrollTop) < AT_END }

  // add shows a delivered entry, unless something before it is missing.
  add(entry) {
    for (const ready of this.timeline.add(entry)) this.#append(ready)
    this.#settled()
  }

  // catchUp reads what is missing at the end.
  async catchUp() {
    for (let rows; !rows || rows.length === CATCH_UP;) {
      rows = await this.#history({ after: this.timeline.last, limit: CATCH_UP })
      if (!rows || !this.isConnected) return
      for (const ready of this.timeline.addPage(rows).newer) this.#append(ready)
    }
    this.querySelector(".timeline__newest")?.remove()
    this.#settled()
  }

  // showPending shows an entry of the outbox behind everything stored.
  showPending({ msgid, frame, at, state, reason }) {
    let node = this.#pending(msgid)
    if (!node) {
      node = this.#message({ ...frame, userid: this.app.self, time: at })
      node.classList.add("message--pending")
      this.#group(node, this.entries.lastElementChild)
      this.#appendNode(node, null)
      this.toEnd()
    }
    showState(node, state)
    if (state === "refused") showRefusal(node, reason)
    else hideRefusal(node)
  }

  hidePending(msgid) { this.#pending(msgid)?.remove() }

  toEnd() { this.scroller.scrollTop = 0 }

  // noteRead moves the read mark if the newest entry can be seen.
  noteRead() {
    if (document.visibilityState === "visible" && this.atEnd && !this.dataset.past) this.app.read(this.address, this.timeline.last)
  }

  #append(entry) {
    this.querySelector(".timeline__hello")?.remove()
    this.hidePending(entry.msgid)
    const before = this.entries.querySelector(".message--pending")
    const last = before ? before.previousElementSibling : this.entries.lastElementChild
    const mine = entry.userid === this.app.self
    if (!last || !this.app.calendar.sameDay(timeOf(last), entry.time)) this.#appendNode(this.#dayMark(entry.time), before)
    if (!mine && !entry.op && !this.#seen()) this.#markNew(before)
    const node = entry.op ? this.#change(entry) : this.#message(entry)
    this.#group(node, before ? before.previousElementSibling : this.entries.lastElementChild)
    this.#appendNode(node, before)
    if (!mine && !entry.op && !this.atEnd) this.#missed++
  }

  #settled() {
    this.#trim()
    this.noteRead()
    this.#showJump()
  }

  #seen() { return document.visibilityState === "visible" && this.atEnd }

  #markNew(before) {
    if (!this.entries.querySelector(".mark--new")) this.#appendNode(markNode("new", text("chat.new")), before)
  }

  // appendNode keeps what is being read where it is.
  #appendNode(node, before) {
    const { scroller, atEnd } = this
    const height = scroller.scrollHeight
    this.entries.insertBefore(node, before)
    if (!atEnd) scroller.scrollTop -= scroller.scrollHeight - height
  }

  #message(entry) {
    const mine = entry.userid === this.app.self
    const node = messageNode(entry, { mine, clock: this.app.calendar.time(entry.time) })
    if (mine && entry.seq) showState(node, "stored")
    this.app.people.get(entry.userid).then(person => fillAuthor(node, person))
    return node
  }

  #change(entry) {
    const node = markNode("change", ...changeParts(entry, this.app.people))
    Object.assign(node.dataset, { seq: entry.seq, userid: entry.userid, time: entry.time })
    const who = [ entry.userid, entry.memberid ].filter(Boolean)
    Promise.all(who.map(id => this.app.people.get(id))).then(() => node.firstElementChild.replaceChildren(...changeParts(entry, this.app.people)))
    return node
  }

  #dayMark(time) {
    const node = markNode("day", this.app.calendar.day(time))
    node.dataset.day = time
    return node
  }

  #group(node, previous) {
    if (node.matches(".message")) node.classList.toggle("message--continued", continues(entryOf(previous), entryOf(node)))
  }

  #pending(msgid) { return this.entries.querySelector(`.message--pending[data-msgid="${CSS.escape(msgid)}"]`) }

  #watchTop() {
    const link = this.querySelector(".timeline__older")
    if (!link) return
    this.observer = new IntersectionObserver(seen => seen.some(({ isIntersecting }) => isIntersecting) && this.#loadOlder(), { root: this.scroller, rootMargin: "800px 0px 0px" })
    this.observer.observe(link)
    link.onclick = event => {
      event.preventDefault()
      this.#loadOlder()
    }
  }

  async #loadOlder() {
    this.#loading ??= this.#history({ before: this.timeline.first, limit: PAGE }).finally(() => { this.#loading = null })
    const first = this.timeline.first
    const rows = await this.#loading
    if (!rows || !this.isConnected || first !== this.timeline.first) return
    this.#prepend(this.timeline.addPage(rows).older)
    if (rows.length < PAGE) this.timeline.startsHere()
    const link = this.querySelector(".timeline__older")
    if (this.timeline.reachesStart) link?.remove()
    else if (link) this.observer.unobserve(link), this.observer.observe(link) // near the top still? then again
  }

  #prepend(entries) {
    const below = this.entries.querySelector("[data-seq]")
    const old = document.createDocumentFragment()
    for (const entry of entries) {
      const last = old.lastElementChild
      if (!last || !this.app.calendar.sameDay(timeOf(last), entry.time)) old.append(this.#dayMark(entry.time))
      const node = entry.op ? this.#change(entry) : this.#message(entry)
      this.#group(node, old.lastElementChild)
      old.append(node)
    }
    const top = this.entries.firstElementChild
    const last = old.lastElementChild
    if (last && top?.matches(".mark--day") && this.app.calendar.sameDay(Number(top.dataset.day), timeOf(last))) top.remove()
    if (below?.previousElementSibling === null) this.#group(below, last)
    this.entries.prepend(old)
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
    const nodes = this.entries.children
    if (!this.atEnd || nodes.length < MOST) return
    const link = this.querySelector(".timeline__older") ?? this.#olderLink()
    let dropped = 0
    while (nodes.length > KEEP) {
      dropped = Number(nodes[0].dataset.seq) || dropped
      nodes[0].remove()
    }
    this.timeline.drop(dropped)
    if (!nodes[0].matches(".mark--day")) this.entries.prepend(this.#dayMark(timeOf(nodes[0])))
    if (!link.isConnected) this.entries.before(link), this.#watchTop()
  }

  #olderLink() {
    const link = document.createElement("a")
    Object.assign(link, { className: "timeline__older", href: location.href, textContent: text("chat.older") })
    return link
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
    else if (button.matches(".message__retry")) this.showPending(this.app.retry(msgid))
  }

  #meetAuthors() {
    for (const node of this.entries.querySelectorAll("article")) {
      const id = Number(node.dataset.userid)
      if (this.app.people.knows(id)) continue
      const avatar = node.querySelector(".avatar img")?.getAttribute("src") ?? ""
      this.app.people.learn({ id, name: node.querySelector(".message__author").textContent, avatar })
    }
  }

  // redate puts times into the browser's zone, which the server did not know yet.
  #redate() {
    for (const mark of this.entries.querySelectorAll(".mark--day")) mark.remove()
    let last = null
    for (const node of [ ...this.entries.querySelectorAll("[data-time]") ]) {
      if (!last || !this.app.calendar.sameDay(timeOf(last), timeOf(node))) node.before(this.#dayMark(timeOf(node)))
      const time = node.querySelector("time")
      if (time) time.textContent = this.app.calendar.time(timeOf(node))
      last = node
    }
  }
}

function timeOf(node) { return Number(node.dataset.time ?? node.dataset.day ?? 0) }

function entryOf(node) {
  return node?.matches(".message") ? { userid: node.dataset.userid, time: timeOf(node) } : undefined
}
