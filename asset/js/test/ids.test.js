import { test } from "node:test"
import assert from "node:assert/strict"
import newId from "../lib/id.js"
import frameCrc, { crc32 } from "../lib/crc32.js"
import delayOf from "../lib/backoff.js"

test("ids are msgids and differ", () => {
  const ids = new Set(Array.from({ length: 1000 }, newId))
  assert.equal(ids.size, 1000)
  for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{22}$/)
})

test("crc32 is the IEEE one", () => {
  assert.equal(crc32("123456789"), 0xcbf43926)
  assert.equal(crc32(""), 0)
  assert.equal(frameCrc("hi"), crc32("hi\n"))
  assert.equal(frameCrc("héllo 👋", "/mnt/x"), crc32("héllo 👋\n/mnt/x"))
})

test("delays double up to half a minute and are spread", () => {
  assert.equal(delayOf(0, () => 0), 250)
  assert.equal(delayOf(0, () => 1), 500)
  assert.equal(delayOf(3, () => 1), 4000)
  assert.equal(delayOf(50, () => 1), 30000)
})
