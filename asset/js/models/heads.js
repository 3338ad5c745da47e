import { CHANGE, addressIn, addressOf, partsOf } from "./address.js"

// Heads knows of every conversation how far it goes, how far its user has read
// and how many messages that leaves unread.
export default class Heads {
  #self
  #rows = new Map() // address → { seq, read, unread }
  #epoch = ""

  constructor(self) { this.#self = self }

  get(address) { return this.#rows.get(address) }

  // load takes a row of the conversation list: { seq, read, unread }.
  load(address, row) { this.#rows.set(address, { ...row }) }

  get unread() { return this.unreadOf(() => true) }

  unreadOf(counts) {
    let sum = 0
    for (const [ address, row ] of this.#rows) if (counts(address)) sum += row.unread
    return sum
  }

  // saw takes a delivered entry and tells what it is to the list:
  // "seen", "next", "hole" (something before it is missing) or "new" (a
  // conversation that is not in the list yet).
  saw(frame) {
    const address = addressIn(frame, this.#self)
    const row = this.#rows.get(address)
    if (!row) return "new"
    if (frame.seq <= row.seq) return "seen"
    if (frame.seq > row.seq + 1) return "hole"
    row.seq = frame.seq
    if (frame.userid === this.#self && frame.cmd !== CHANGE) row.read = frame.seq, row.unread = 0
    else if (frame.cmd !== CHANGE && frame.seq > row.read) row.unread++
    return "next"
  }

  // readUpTo moves the user's read mark and returns whether it moved; it never
  // goes back. Up to the end nothing is unread; in the middle the caller asks the
  // server, who can count.
  readUpTo(address, seq) {
    const row = this.#rows.get(address)
    if (!row || seq <= row.read) return false
    row.read = Math.min(seq, row.seq)
    if (row.read === row.seq) row.unread = 0
    return true
  }

  // forSync is the cmd-3 frame that says what is here.
  forSync() {
    const heads = [ ...this.#rows ].map(([ address, { seq } ]) => ({ ...partsOf(address), seq }))
    return { cmd: 3, epoch: this.#epoch, heads }
  }

  // synced takes the end of a sync. restored means that the server lost what it had
  // and everything here must go; stale lists conversations whose row must be asked for.
  synced({ epoch, heads }) {
    const restored = this.#epoch !== "" && epoch !== this.#epoch
    this.#epoch = epoch
    const stale = []
    for (const head of heads) {
      const address = addressOf(head.kind, head.dstid)
      const row = this.#rows.get(address)
      if (!row || head.more || head.seq > row.seq) stale.push(address)
      else if (this.readUpTo(address, head.read) && row.unread > 0) stale.push(address)
    }
    const named = new Set(heads.map(head => addressOf(head.kind, head.dstid)))
    const gone = [ ...this.#rows.keys() ].filter(address => !named.has(address))
    return { restored, stale, gone }
  }

  forget(address) { this.#rows.delete(address) }
}
