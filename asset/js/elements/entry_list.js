import text from "../lib/texts.js"
import { group, timeOf } from "./grouping.js"
import { changeParts, fillAuthor, markNode, messageNode, showState } from "./markup.js"

// EntryList makes and places the elements of a timeline: messages under heads, a
// mark for each day, and behind everything stored what still waits to be.
export default class EntryList {
  #app

  constructor(place, app) {
    this.place = place
    this.#app = app
  }

  get last() { return this.place.lastElementChild }
  get size() { return this.place.children.length }
  get seqs() { return [ ...this.place.querySelectorAll("[data-seq]") ].map(node => Number(node.dataset.seq)).filter(Boolean) }

  pending(msgid) { return this.place.querySelector(`.message--pending[data-msgid="${CSS.escape(msgid)}"]`) }

  // isStored tells whether the reader's own message is shown as stored, as after a
  // reload when only its ack was lost.
  isStored(msgid) { return Boolean(this.place.querySelector(`.message--mine:not(.message--pending)[data-msgid="${CSS.escape(msgid)}"]`)) }

  // append places a stored entry before what is pending, under a mark for its day
  // and, if it is news, under the mark of what is new.
  append(entry, isNews) {
    this.#welcomed()
    const node = this.#nodeOf(entry)
    const before = this.place.querySelector(".message--pending")
    const last = () => before ? before.previousElementSibling : this.last
    const add = node => this.place.insertBefore(node, before)
    if (!last() || !this.#sameDay(timeOf(last()), entry.time)) add(this.#dayMark(entry.time))
    if (isNews && !this.place.querySelector(".mark--new")) add(markNode("new", text("chat.new")))
    group(node, last())
    add(node)
  }

  // appendPending places what is not stored yet.
  appendPending(entry) {
    this.#welcomed()
    const node = this.#message(entry)
    node.classList.add("message--pending")
    group(node, this.last)
    this.place.append(node)
    return node
  }

  // prepend places a page of history, ascending.
  prepend(entries) {
    const older = document.createDocumentFragment()
    for (const entry of entries) {
      const last = older.lastElementChild
      if (!last || !this.#sameDay(timeOf(last), entry.time)) older.append(this.#dayMark(entry.time))
      const node = this.#nodeOf(entry)
      group(node, older.lastElementChild)
      older.append(node)
    }
    const last = older.lastElementChild
    const top = this.place.firstElementChild
    if (last && top?.matches(".mark--day") && this.#sameDay(timeOf(top), timeOf(last))) {
      group(top.nextElementSibling, last)
      top.remove()
    }
    this.place.prepend(older)
  }

  // keepNewest removes all but the newest entries and returns the seq of the last one removed.
  keepNewest(count) {
    const nodes = this.place.children
    let dropped = 0
    while (nodes.length > count) {
      dropped = Number(nodes[0].dataset.seq) || dropped
      nodes[0].remove()
    }
    if (nodes.length && !nodes[0].matches(".mark--day")) this.place.prepend(this.#dayMark(timeOf(nodes[0])))
    return dropped
  }

  // keepOldest removes all but the oldest entries and returns the seq of the first one removed.
  keepOldest(count) {
    const stored = [ ...this.place.children ].filter(node => !node.matches(".message--pending"))
    let end = Math.min(count, stored.length)
    while (end > 0 && !stored[end - 1].dataset.seq) end-- // a mark heads what goes
    const gone = stored.slice(end)
    for (const node of gone) node.remove()
    return Number(gone.find(node => node.dataset.seq)?.dataset.seq ?? Infinity)
  }

  // redate puts times into the browser's zone, which the server did not know yet.
  redate() {
    for (const mark of this.place.querySelectorAll(".mark--day")) mark.remove()
    let last = null
    for (const node of [ ...this.place.querySelectorAll("[data-time]") ]) {
      if (!last || !this.#sameDay(timeOf(last), timeOf(node))) node.before(this.#dayMark(timeOf(node)))
      const time = node.querySelector("time")
      if (time) time.textContent = this.#app.calendar.time(timeOf(node))
      last = node
    }
  }

  // What is stored is pending no more.
  #nodeOf(entry) {
    if (entry.op) return this.#change(entry)
    if (entry.userid === this.#app.self) this.pending(entry.msgid)?.remove()
    return this.#message(entry)
  }

  #message(entry) {
    const mine = entry.userid === this.#app.self
    const node = messageNode(entry, { mine, clock: this.#app.calendar.time(entry.time) })
    if (mine) showState(node, "stored")
    const author = this.#app.people.known(entry.userid)
    if (author) fillAuthor(node, author)
    else this.#app.people.get(entry.userid).then(person => fillAuthor(node, person))
    return node
  }

  #change(entry) {
    const { people } = this.#app
    const node = markNode("change", ...changeParts(entry, people))
    Object.assign(node.dataset, { seq: entry.seq, userid: entry.userid, time: entry.time })
    const who = [ entry.userid, entry.memberid ].filter(Boolean)
    Promise.all(who.map(id => people.get(id))).then(() => node.firstElementChild.replaceChildren(...changeParts(entry, people)))
    return node
  }

  // welcomed takes away what an empty conversation says.
  #welcomed() { this.place.querySelector(".timeline__hello")?.remove() }

  #dayMark(time) {
    const node = markNode("day", this.#app.calendar.day(time))
    node.dataset.day = time
    return node
  }

  #sameDay(a, b) { return this.#app.calendar.sameDay(a, b) }
}
