import newId from "../lib/id.js"
import delayOf from "../lib/backoff.js"
import { addressOf } from "./address.js"

const ACK_WITHIN = 5000

// Outbox keeps what the user sent until the server acks it. A frame is sent again
// under the same msgid after 5 s, after a reconnect and after a retryable refusal,
// and the server stores each msgid once.
//
// Each entry is { msgid, frame, at, state, reason }: state is "waiting" or "refused".
// store has the methods of localStorage and outlives the page; entries are kept
// there one by one, so that several tabs do not overwrite each other.
export default class Outbox {
  #entries = new Map()
  #store; #prefix; #now

  constructor(store, userId, { now = Date.now } = {}) {
    this.#store = store
    this.#prefix = `ginchat.outbox.${userId}.`
    this.#now = now
    for (let i = 0; i < store.length; i++) this.#adopt(store.key(i), store.getItem(store.key(i)))
  }

  get entries() { return [ ...this.#entries.values() ].sort((a, b) => a.at - b.at || a.order - b.order) }

  of(address) { return this.entries.filter(({ frame }) => addressOf(frame.cmd, frame.dstid) === address) }

  has(msgid) { return this.#entries.has(msgid) }

  add(frame, msgid = newId()) {
    const entry = { msgid, frame: { ...frame, msgid }, at: this.#now(), order: this.#entries.size, state: "waiting", reason: "", due: 0, tries: 0, sent: false }
    this.#keep(entry)
    return entry
  }

  // due returns what is to be sent now, in the order it was written, and counts it
  // as sent. Behind an entry that must wait, its conversation waits too.
  due() {
    const held = new Set(), ready = []
    for (const entry of this.entries.filter(entry => entry.state === "waiting")) {
      const address = addressOf(entry.frame.cmd, entry.frame.dstid)
      if (held.has(address)) continue
      if (entry.due <= this.#now()) ready.push(entry)
      else if (!entry.sent) held.add(address)
    }
    for (const entry of ready) {
      entry.sent = true
      entry.due = this.#now() + ACK_WITHIN
    }
    return ready
  }

  // isOverdue tells whether something was sent so long ago that its ack is missing.
  get isOverdue() { return [ ...this.#entries.values() ].some(({ state, sent, due }) => state === "waiting" && sent && due <= this.#now()) }

  // reconnected makes everything that waits due: what was sent on the old
  // connection may be lost.
  reconnected() {
    for (const entry of this.#entries.values()) entry.due = 0, entry.sent = false
  }

  // acked returns the entry that is stored now; undefined when it was not ours.
  acked(msgid) {
    const entry = this.#entries.get(msgid)
    this.discard(msgid)
    return entry
  }

  // refused takes a cmd-2 frame and returns the entry it is about.
  refused({ msgid, error, msg, retry, after }) {
    const entry = this.#entries.get(msgid)
    if (!entry) return undefined
    entry.sent = false
    if (retry) {
      entry.due = this.#now() + Math.max(after ?? 0, delayOf(entry.tries++))
    } else {
      Object.assign(entry, { state: "refused", reason: msg, error })
      this.#keep(entry)
    }
    return entry
  }

  // retry sends a refused entry again. After a conflict its msgid belongs to
  // another message, so it gets a new one.
  retry(msgid) {
    const old = this.#entries.get(msgid)
    if (!old) return undefined
    if (old.error !== "conflict") return this.#renew(old)
    this.discard(msgid)
    return this.add(old.frame, newId())
  }

  discard(msgid) {
    this.#entries.delete(msgid)
    this.#store.removeItem(this.#prefix + msgid)
  }

  // changedElsewhere takes a change of store made by another tab. It returns
  // { added } or { removed }, or {} when there is nothing to show: an entry this
  // tab has sent as well keeps waiting for its own ack.
  changedElsewhere(key, value) {
    if (!key?.startsWith(this.#prefix)) return {}
    const msgid = key.slice(this.#prefix.length)
    const old = this.#entries.get(msgid)
    if (value !== null) {
      this.#adopt(key, value)
      const entry = this.#entries.get(msgid)
      if (entry && !old) entry.due = this.#now() + 2 * ACK_WITHIN // the other tab is at it
      return { added: entry }
    }
    if (!old || old.sent) return {}
    this.#entries.delete(msgid)
    return { removed: old }
  }

  #renew(entry) {
    Object.assign(entry, { state: "waiting", reason: "", error: "", due: 0, tries: 0, sent: false })
    this.#keep(entry)
    return entry
  }

  #keep(entry) {
    this.#entries.set(entry.msgid, entry)
    const { msgid, frame, at, order, state, reason, error } = entry
    try {
      this.#store.setItem(this.#prefix + msgid, JSON.stringify({ msgid, frame, at, order, state, reason, error }))
    } catch {
      // The store is full or forbidden: the entry lives as long as the page does.
    }
  }

  #adopt(key, value) {
    if (!key?.startsWith(this.#prefix)) return
    try {
      const entry = JSON.parse(value)
      if (entry.msgid && entry.frame?.dstid) this.#entries.set(entry.msgid, { due: 0, tries: 0, sent: false, ...entry })
    } catch {
      this.#store.removeItem(key)
    }
  }
}
