import { test } from "node:test"
import assert from "node:assert/strict"
import Timeline from "../models/timeline.js"

const entries = (...seqs) => seqs.map(seq => ({ seq }))
const seqs = rows => rows.map(row => row.seq)

test("shows what is next and drops what was seen", () => {
  const timeline = new Timeline([ 3, 4, 5 ])
  assert.deepEqual(seqs(timeline.add({ seq: 6 })), [ 6 ])
  assert.deepEqual(timeline.add({ seq: 6 }), [])
  assert.deepEqual(timeline.add({ seq: 4 }), [])
  assert.equal(timeline.last, 6)
})

test("holds what comes early until the hole is filled", () => {
  const timeline = new Timeline([ 1 ])
  assert.deepEqual(timeline.add({ seq: 3 }), [])
  assert.deepEqual(timeline.add({ seq: 4 }), [])
  assert.equal(timeline.hasHole, true)
  assert.deepEqual(seqs(timeline.add({ seq: 2 })), [ 2, 3, 4 ])
  assert.equal(timeline.hasHole, false)
})

test("a page of history adds above and below", () => {
  const timeline = new Timeline([ 5, 6 ])
  timeline.add({ seq: 8 })
  const { older, newer } = timeline.addPage(entries(3, 4, 5, 6, 7))
  assert.deepEqual(seqs(older), [ 3, 4 ])
  assert.deepEqual(seqs(newer), [ 7, 8 ])
  assert.equal(timeline.first, 3)
  assert.equal(timeline.reachesStart, false)
  timeline.startsHere()
  assert.equal(timeline.reachesStart, true)
})

test("an empty conversation begins with its first entry", () => {
  const timeline = new Timeline()
  assert.equal(timeline.reachesStart, true)
  assert.deepEqual(seqs(timeline.add({ seq: 1 })), [ 1 ])
})

test("what was dropped can be loaded again", () => {
  const timeline = new Timeline([ 1, 2, 3, 4 ])
  timeline.drop(2)
  assert.equal(timeline.first, 3)
  assert.deepEqual(seqs(timeline.addPage(entries(1, 2)).older), [ 1, 2 ])
})

test("dropped at the end, new entries wait for what is between", () => {
  const timeline = new Timeline([ 1, 2, 3, 4 ])
  timeline.dropEnd(3)
  assert.equal(timeline.last, 2)
  assert.deepEqual(timeline.add({ seq: 5 }), [])
  assert.deepEqual(seqs(timeline.addPage(entries(3, 4)).newer), [ 3, 4, 5 ])
})

test("a restart keeps what waits to follow", () => {
  const timeline = new Timeline([ 1, 2 ])
  timeline.add({ seq: 90 })
  timeline.add({ seq: 101 })
  assert.deepEqual(seqs(timeline.restart(entries(99, 100))), [ 99, 100, 101 ])
  assert.deepEqual([ timeline.first, timeline.last, timeline.hasHole ], [ 99, 101, false ])
})
