import { test } from "node:test"
import assert from "node:assert/strict"
import Outbox from "../models/outbox.js"
import Drafts from "../models/drafts.js"
import MemoryStore from "./memory_store.js"

const frame = (content, dstid = 2) => ({ cmd: 10, dstid, media: 1, content })

function world() {
  const world = { time: 1000, store: new MemoryStore() }
  world.open = () => new Outbox(world.store, 1, { now: () => world.time })
  return world
}

const contents = entries => entries.map(entry => entry.frame.content)

test("keeps a message until its ack and resends it under the same msgid", () => {
  const w = world(), outbox = w.open()
  const { msgid } = outbox.add(frame("a"))
  assert.deepEqual(outbox.due().map(entry => entry.frame.msgid), [ msgid ])
  assert.deepEqual(outbox.due(), [])
  w.time += 4999
  assert.deepEqual(outbox.due(), [])
  w.time += 1
  assert.deepEqual(outbox.due().map(entry => entry.frame.msgid), [ msgid ])
  assert.equal(outbox.acked(msgid).frame.content, "a")
  assert.equal(outbox.acked(msgid), undefined)
  assert.equal(w.store.length, 0)
})

test("an ack is missing 5 s after the message went out over a connection", () => {
  const w = world(), outbox = w.open()
  const { msgid } = outbox.add(frame("a"))
  assert.equal(outbox.isOverdue, false) // not sent yet
  outbox.due()
  w.time += 4999
  assert.equal(outbox.isOverdue, false)
  w.time += 1
  assert.equal(outbox.isOverdue, true)
  outbox.reconnected()
  assert.equal(outbox.isOverdue, false)
  outbox.due()
  outbox.refused({ msgid, retry: true, after: 0 })
  w.time += 60000
  assert.equal(outbox.isOverdue, false) // the server has answered
})

test("everything is due again after a reconnect, in order", () => {
  const w = world(), outbox = w.open()
  for (const text of [ "a", "b", "c" ]) outbox.add(frame(text))
  outbox.due()
  outbox.reconnected()
  assert.deepEqual(contents(outbox.due()), [ "a", "b", "c" ])
})

test("what was typed survives a closed page, per user", () => {
  const w = world()
  const { msgid } = w.open().add(frame("a"))
  assert.deepEqual(w.open().entries.map(entry => entry.msgid), [ msgid ])
  assert.deepEqual(new Outbox(w.store, 2).entries, [])
})

test("a retryable refusal waits and holds back what was said after it", () => {
  const w = world(), outbox = w.open()
  const { msgid } = outbox.add(frame("a"))
  outbox.due()
  outbox.refused({ msgid, error: "rate_limited", retry: true, after: 3000 })
  outbox.add(frame("b"))
  outbox.add(frame("elsewhere", 3))
  assert.deepEqual(contents(outbox.due()), [ "elsewhere" ])
  w.time += 3000
  assert.deepEqual(contents(outbox.due()), [ "a", "b" ])
})

test("a final refusal is kept with its reason until retried or discarded", () => {
  const w = world(), outbox = w.open()
  const { msgid } = outbox.add(frame("a"))
  outbox.due()
  outbox.refused({ msgid, error: "forbidden", msg: "not a friend", retry: false })
  assert.deepEqual(w.open().entries.map(({ state, reason }) => [ state, reason ]), [ [ "refused", "not a friend" ] ])
  assert.deepEqual(outbox.due(), [])
  assert.equal(outbox.retry(msgid).msgid, msgid)
  assert.deepEqual(contents(outbox.due()), [ "a" ])
  outbox.refused({ msgid, error: "conflict", msg: "taken", retry: false })
  const renewed = outbox.retry(msgid)
  assert.notEqual(renewed.msgid, msgid)
  assert.equal(renewed.frame.msgid, renewed.msgid)
  assert.equal(outbox.entries.length, 1)
})

test("two tabs show one message once", () => {
  const w = world(), here = w.open(), there = w.open()
  const { msgid } = here.add(frame("a"))
  const key = `ginchat.outbox.1.${msgid}`
  assert.equal(there.changedElsewhere(key, w.store.getItem(key)).added.msgid, msgid)
  assert.deepEqual(there.due(), [], "the other tab is at it")
  here.acked(msgid)
  assert.equal(there.changedElsewhere(key, null).removed.msgid, msgid)
  assert.deepEqual(there.entries, [])
})

test("a tab that sent it too waits for its own ack", () => {
  const w = world(), here = w.open()
  const { msgid } = here.add(frame("a"))
  const there = w.open()
  assert.equal(there.due().length, 1)
  assert.deepEqual(there.changedElsewhere(`ginchat.outbox.1.${msgid}`, null), {})
  assert.equal(there.acked(msgid).msgid, msgid)
})

test("damaged or foreign entries of the store are ignored", () => {
  const w = world()
  w.store.setItem("ginchat.outbox.1.x", "{")
  w.store.setItem("other", "1")
  assert.deepEqual(w.open().entries, [])
  assert.deepEqual(w.open().changedElsewhere("other", "1"), {})
})

test("a full store loses nothing while the page lives", () => {
  const w = world()
  w.store.setItem = () => { throw new Error("QuotaExceededError") }
  const outbox = w.open()
  outbox.add(frame("a"))
  assert.equal(outbox.due().length, 1)
})

test("drafts are kept per conversation and leave nothing behind", () => {
  const store = new MemoryStore(), drafts = new Drafts(store, 1)
  drafts.set("10:2", "half a sen")
  assert.equal(drafts.get("10:2"), "half a sen")
  assert.equal(drafts.get("10:3"), "")
  drafts.set("10:2", " ")
  assert.equal(store.length, 0)
})
