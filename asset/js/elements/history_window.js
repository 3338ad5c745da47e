import { get } from "../lib/http.js"
import Timeline from "../models/timeline.js"
import { partsOf } from "../models/address.js"
import { olderLink } from "./markup.js"

const PAGE = 50
const CATCH_UP = 200
const RETRY = 2000 // ms
const NEAR = 800 // px from an end of what is loaded
const MOST = 600 // entries in the page at once
const KEEP = 300

// HistoryWindow is the part of a conversation that is in the page. It loads more at
// both ends while the reader scrolls and lets go of what is far away, so that ten
// thousand messages cost no more than some hundred.
//
// The scroller counts from the end upwards: what changes above moves nothing, and
// what changes below is made up for in #still.
export default class HistoryWindow {
  #address; #scroller; #entries; #timeline; #link
  #loading = false
  // cut says that the newest entries are not in the page.
  #cut

  // link is the server's link to older messages, null at the beginning.
  constructor(address, scroller, entries, { last, link, cut }) {
    this.#address = address
    this.#scroller = scroller
    this.#entries = entries
    this.#timeline = new Timeline(entries.seqs, last)
    this.#cut = cut
    this.#link = link ?? olderLink(address)
    this.#link.onclick = event => event.preventDefault() || this.#loadOlder()
    if (link) this.#watch()
    else this.#timeline.startsHere()
  }

  get last() { return this.#timeline.last }
  get reachesEnd() { return !this.#cut }
  get hasHole() { return !this.#cut && this.#timeline.hasHole }

  // add shows what can be shown now and returns it; news tells which entries go
  // under the mark of what is new.
  add(entry, news) { return this.#append(this.#timeline.add(entry), news) }

  // catchUp reads what is missing at the end. When that is a lot and the reader is
  // at the end, the page starts anew with the newest.
  async catchUp(atEnd, news) {
    if (this.#cut) return []
    const rows = await this.#ask({ after: this.last, limit: CATCH_UP })
    if (rows?.length === CATCH_UP) {
      this.#cut = true
      if (atEnd) await this.restart()
      return []
    }
    return this.#append(this.#timeline.addPage(rows ?? []).newer, news)
  }

  // restart shows the newest entries alone.
  async restart() {
    const rows = await this.#ask({ limit: PAGE })
    if (!rows) return
    this.#cut = false
    this.#entries.keepOldest(0)
    this.#entries.prepend(this.#timeline.restart(rows))
    this.#more(rows.length === PAGE)
  }

  // trim lets go of the oldest entries while the newest are looked at.
  trim() {
    if (this.#entries.size < MOST) return
    this.#timeline.drop(this.#entries.keepNewest(KEEP))
    this.#more(true)
  }

  // scrolled loads newer entries when the reader comes near the end of what is here.
  async scrolled() {
    if (!this.#cut || this.#loading || this.#scroller.scrollTop < -NEAR) return
    this.#loading = true
    const rows = await this.#ask({ after: this.last, limit: PAGE })
    this.#loading = false
    if (!rows) return
    this.#append(this.#timeline.addPage(rows).newer, () => false)
    this.#cut = rows.length === PAGE
    if (this.#entries.size >= MOST) {
      this.#timeline.drop(this.#entries.keepNewest(MOST - PAGE))
      this.#more(true)
    }
  }

  close() { this.observer?.disconnect() }

  #append(ready, news) {
    this.#still(() => {
      for (const entry of ready) this.#entries.append(entry, news(entry))
    })
    return ready
  }

  async #loadOlder() {
    if (this.#loading) return
    this.#loading = true
    const rows = await this.#ask({ before: this.#timeline.first, limit: PAGE })
    this.#loading = false
    if (!rows) return void setTimeout(() => this.#watch(), RETRY)
    this.#entries.prepend(this.#timeline.addPage(rows).older)
    if (rows.length < PAGE) this.#timeline.startsHere()
    if (this.#entries.size >= MOST) this.#cutEnd()
    this.#more(!this.#timeline.reachesStart)
  }

  #cutEnd() {
    this.#cut = true
    this.#still(() => this.#timeline.dropEnd(this.#entries.keepOldest(MOST - 2 * PAGE)))
  }

  // still keeps what is read where it is while change alters what is below.
  #still(change) {
    const { scrollTop, scrollHeight } = this.#scroller
    change()
    if (scrollTop < -1) this.#scroller.scrollTop = scrollTop - (this.#scroller.scrollHeight - scrollHeight)
  }

  #more(older) {
    if (!older) return this.#link.remove()
    if (!this.#link.isConnected) this.#scroller.firstElementChild.prepend(this.#link)
    this.#watch()
  }

  // watch asks anew whether the link is near: it tells of changes only.
  #watch() {
    this.observer?.disconnect()
    this.observer = new IntersectionObserver(seen => seen.at(-1).isIntersecting && this.#loadOlder(), { root: this.#scroller, rootMargin: `${NEAR}px 0px 0px` })
    this.observer.observe(this.#link)
  }

  // ask returns rows of history, null without an answer or when nobody looks any more.
  async #ask(range) {
    const { kind, dstid } = partsOf(this.#address)
    try {
      const { rows } = await get("/chat/history", { cmd: kind, dstid, ...range })
      return this.#scroller.isConnected ? rows : null
    } catch {
      return null
    }
  }
}
