import { test } from "node:test"
import assert from "node:assert/strict"
import Heads from "../models/heads.js"
import { addressAt, addressIn, pageOf } from "../models/address.js"

function heads() {
  const all = new Heads(1)
  all.load("10:2", { seq: 5, read: 3, unread: 2 })
  all.load("11:7", { seq: 9, read: 9, unread: 0 })
  return all
}

test("addresses are the user's own view", () => {
  assert.equal(addressIn({ cmd: 10, userid: 2, dstid: 1 }, 1), "10:2")
  assert.equal(addressIn({ cmd: 10, userid: 1, dstid: 2 }, 1), "10:2")
  assert.equal(addressIn({ cmd: 10, userid: 1, dstid: 1 }, 1), "10:1")
  assert.equal(addressIn({ cmd: 12, kind: 11, userid: 3, dstid: 7 }, 1), "11:7")
  assert.equal(addressAt(`http://x${pageOf("11:7")}`), "11:7")
  assert.equal(addressAt("/chat/index.shtml?cmd=12&dstid=7"), "")
})

test("counts a message of others, once, and no changes", () => {
  const all = heads()
  assert.equal(all.saw({ cmd: 10, userid: 2, dstid: 1, seq: 6 }), "next")
  assert.equal(all.saw({ cmd: 10, userid: 2, dstid: 1, seq: 6 }), "seen")
  assert.equal(all.get("10:2").unread, 3)
  assert.equal(all.saw({ cmd: 12, kind: 11, userid: 2, dstid: 7, seq: 10 }), "next")
  assert.equal(all.unread, 3)
  assert.equal(all.saw({ cmd: 11, userid: 2, dstid: 7, seq: 12 }), "hole")
  assert.equal(all.saw({ cmd: 11, userid: 2, dstid: 8, seq: 1 }), "new")
})

test("an own message from another device reads what is before it", () => {
  const all = heads()
  all.saw({ cmd: 10, userid: 1, dstid: 2, seq: 6 })
  assert.deepEqual(all.get("10:2"), { seq: 6, read: 6, unread: 0 })
})

test("the read mark only grows and never passes the end", () => {
  const all = heads()
  assert.equal(all.readUpTo("10:2", 2), false)
  assert.equal(all.readUpTo("10:2", 99), true)
  assert.deepEqual(all.get("10:2"), { seq: 5, read: 5, unread: 0 })
})

test("sync names what is here and finds what is stale, gone or restored", () => {
  const all = heads()
  assert.deepEqual(all.forSync(), { cmd: 3, epoch: "", heads: [ { kind: 10, dstid: 2, seq: 5 }, { kind: 11, dstid: 7, seq: 9 } ] })
  const first = all.synced({ epoch: "a", heads: [ { kind: 10, dstid: 2, seq: 5, read: 5 }, { kind: 11, dstid: 8, seq: 1 } ] })
  assert.deepEqual(first, { restored: false, stale: [ "11:8" ], gone: [ "11:7" ] })
  assert.equal(all.unread, 0)
  const again = all.synced({ epoch: "b", heads: [ { kind: 10, dstid: 2, seq: 500, read: 5, more: true } ] })
  assert.deepEqual([ again.restored, again.stale ], [ true, [ "10:2" ] ])
  assert.equal(all.forSync().epoch, "b")
})
