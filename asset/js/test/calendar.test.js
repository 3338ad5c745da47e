import { test } from "node:test"
import assert from "node:assert/strict"
import Calendar, { continues } from "../models/calendar.js"

const at = text => Date.parse(text)
const now = at("2026-11-23T12:00:00Z")
const english = new Calendar("en", { today: "Today", yesterday: "Yesterday" }, "UTC")
const chinese = new Calendar("zh", { today: "今天", yesterday: "昨天" }, "Asia/Shanghai")

test("days are named when near", () => {
  assert.equal(english.day(at("2026-11-23T00:00:00Z"), now), "Today")
  assert.equal(english.day(at("2026-11-22T23:59:00Z"), now), "Yesterday")
  assert.equal(english.day(at("2026-11-21T12:00:00Z"), now), "November 21, 2026")
  assert.equal(chinese.day(at("2026-11-22T16:30:00Z"), now), "今天")
  assert.equal(chinese.day(at("2025-01-02T00:00:00Z"), now), "2025年1月2日")
})

test("the list shows as little as says it", () => {
  assert.equal(english.listed(at("2026-11-23T00:05:00Z"), now), "00:05")
  assert.equal(english.listed(at("2026-11-22T00:05:00Z"), now), "Yesterday")
  assert.equal(english.listed(at("2026-03-01T00:05:00Z"), now), "Mar 1")
  assert.equal(english.listed(at("2025-03-01T00:05:00Z"), now), "Mar 1, 2025")
  assert.equal(chinese.listed(at("2026-03-01T00:05:00Z"), now), "3月1日")
})

test("last seen is told as closely as anybody cares", () => {
  assert.deepEqual(english.lastSeen(at("2026-11-23T00:05:00Z"), now), [ "presence.seen_today", "00:05" ])
  assert.deepEqual(english.lastSeen(at("2026-11-22T00:05:00Z"), now), [ "presence.seen_yesterday" ])
  assert.deepEqual(english.lastSeen(at("2026-03-01T00:05:00Z"), now), [ "presence.seen_day", "Mar 1" ])
  assert.deepEqual(chinese.lastSeen(at("2025-03-01T00:05:00Z"), now), [ "presence.seen_day", "2025年3月1日" ])
})

test("a message continues the one before it by sender and minute", () => {
  const a = { userid: 1, time: at("2026-11-23T12:00:01Z") }
  assert.equal(continues(a, { userid: 1, time: a.time + 30000 }), true)
  assert.equal(continues(a, { userid: 1, time: a.time + 60000 }), false)
  assert.equal(continues(a, { userid: 2, time: a.time }), false)
  assert.equal(continues(a, { userid: 1, time: a.time, op: "join" }), false)
  assert.equal(continues(undefined, a), false)
})
