import { capped, showUnread } from "../lib/badges.js"
import { get } from "../lib/http.js"
import { COMMUNITY, PRIVATE, addressOf, pageOf, partsOf } from "../models/address.js"
import { cloneOf, fillAvatar, previewParts } from "./markup.js"

// <conversation-list> keeps the rows in step with what arrives.
export default class ConversationList extends HTMLElement {
  #rows = new Map() // address → li
  #reloading = null

  connectedCallback() {
    this.app = this.closest("chat-app")
    this.list = this.querySelector("ul")
    for (const row of this.list.children) this.#adopt(row)
    const filter = document.querySelector("[data-role=filter]")
    filter.addEventListener("input", () => this.#filter(filter.value))
    this.#filter(filter.value)
  }

  // moved shows a new entry and puts its conversation on top.
  async moved(address, entry) {
    const row = this.#rows.get(address)
    this.list.prepend(row)
    this.refresh(address)
    const { people } = this.app
    await Promise.all([ entry.userid, entry.memberid ].filter(Boolean).map(id => people.get(id)))
    if (Number(row.dataset.seq) >= entry.seq) return // another one overtook it
    row.dataset.seq = entry.seq
    this.#preview(row, address, entry)
    if (entry.op === "rename") row.querySelector(".conversation__title").textContent = entry.content
  }

  // refresh shows the unread count.
  refresh(address) {
    const row = this.#rows.get(address), head = this.app.heads.get(address)
    if (!row || !head) return
    row.querySelector(".conversation__unread").hidden = head.unread === 0
    row.querySelector(".conversation__count").textContent = capped(head.unread)
    this.badge()
  }

  current(address) {
    this.querySelector("[aria-current]")?.removeAttribute("aria-current")
    this.#rows.get(address)?.firstElementChild.setAttribute("aria-current", "true")
  }

  remove(address) {
    this.#rows.get(address)?.remove()
    this.#rows.delete(address)
    this.#emptied()
  }

  titleOf(address) { return this.#rows.get(address)?.querySelector(".conversation__title").textContent ?? "" }

  // reload asks the server for rows; calls during one share the next.
  async reload(addresses) {
    await this.#reloading
    this.#reloading = this.#load(new Set(addresses))
    await this.#reloading
  }

  async #load(addresses) {
    let rows
    try {
      rows = (await get("/chat/conversations")).rows
    } catch {
      return // the next sync finds the row stale again
    }
    const found = new Set()
    for (const row of rows) {
      const address = addressOf(row.cmd, row.dstid)
      found.add(address)
      if (addresses.has(address)) this.#fill(address, row)
    }
    for (const address of addresses) {
      if (found.has(address)) continue
      this.app.heads.forget(address)
      this.remove(address)
    }
    for (const row of rows) this.list.append(this.#rows.get(addressOf(row.cmd, row.dstid)) ?? [])
    this.current(this.app.pane.address)
    this.#emptied()
    this.badge()
  }

  #fill(address, data) {
    const old = this.#rows.get(address)
    const row = old ?? cloneOf("blank-conversation", "li")
    this.app.heads.load(address, { seq: data.lastseq, read: data.readseq, unread: data.unread })
    Object.assign(row.dataset, { cmd: data.cmd, dstid: data.dstid, seq: data.lastseq, muted: data.muted ? 1 : "" })
    row.querySelector("a").href = pageOf(address)
    row.querySelector(".conversation__title").textContent = data.title
    row.querySelector(".conversation__muted").hidden = !data.muted
    fillAvatar(row.querySelector(".avatar"), { id: data.dstid, name: data.title, avatar: data.avatar })
    this.#rows.set(address, row)
    if (!old) this.#append(row, address)
    this.refresh(address)
    if (data.last) this.#previewNamed(row, address, data)
  }

  #append(row, address) {
    const { kind, dstid } = partsOf(address), mark = row.querySelector(".presence")
    if (kind === PRIVATE && dstid !== this.app.self) this.app.presence.add(mark, dstid)
    else mark.remove()
    this.list.append(row)
  }

  async #previewNamed(row, address, { last, sender }) {
    const { people } = this.app
    if (last.op) await Promise.all([ last.userid, last.memberid ].filter(Boolean).map(id => people.get(id)))
    const known = { nameOf: id => id === last.userid && sender ? sender : people.nameOf(id) }
    this.#preview(row, address, last, known)
  }

  #preview(row, address, entry, people = this.app.people) {
    const time = row.querySelector("time")
    time.dateTime = new Date(entry.time).toISOString()
    time.dataset.at = entry.time
    time.textContent = this.app.calendar.listed(entry.time)
    const community = partsOf(address).kind === COMMUNITY
    row.querySelector(".conversation__last").replaceChildren(...previewParts(entry, { people, self: this.app.self, community }))
  }

  #adopt(row) {
    const { cmd, dstid, seq, read, unread } = row.dataset
    const address = addressOf(cmd, dstid)
    this.#rows.set(address, row)
    this.app.heads.load(address, { seq: Number(seq), read: Number(read), unread: Number(unread) })
    const time = row.querySelector("time[data-at]")
    if (time) time.textContent = this.app.calendar.listed(Number(time.dataset.at))
    this.badge()
  }

  #filter(words) {
    const wanted = words.trim().toLocaleLowerCase()
    let shown = 0
    for (const row of this.list.children) {
      row.hidden = !row.querySelector(".conversation__title").textContent.toLocaleLowerCase().includes(wanted)
      if (!row.hidden) shown++
    }
    this.querySelector(".conversations__none").hidden = shown > 0 || this.list.children.length === 0
  }

  #emptied() { this.querySelector(".empty").hidden = this.list.children.length > 0 }

  // badge shows the unread count in the navigation and the page's title.
  badge() {
    showUnread(this.app.heads.unreadOf(address => !this.#rows.get(address)?.dataset.muted))
  }
}
