import { test } from "node:test"
import assert from "node:assert/strict"
import Presence from "../models/presence.js"

const ann = 1, bob = 2, cleo = 3

// of is what is known of users, "" of whom nothing is.
function of(presence, ...ids) {
  return ids.map(id => presence.get(id) ?? "").map(known => known && `${known.online} ${known.seen}`)
}

function town() {
  const presence = new Presence()
  presence.learn([ { id: ann, online: 1, seen: 0 }, { id: bob, online: 0, seen: 50 }, { id: cleo } ], presence.moment)
  return presence
}

test("knows what the page says, and nothing of whom nothing is told", () => {
  assert.deepEqual(of(town(), ann, bob, cleo, 99), [ "1 0", "0 50", "", "" ])
})

test("friends come and go", () => {
  const presence = town()
  assert.deepEqual(presence.told({ userid: ann, online: 0, time: 70 }), [ ann ])
  assert.deepEqual(presence.told({ userid: bob, online: 1, time: 80 }), [ bob ])
  assert.deepEqual(presence.told({ userid: 9, online: 1, time: 90 }), [ 9 ])
  presence.told({ userid: cleo, online: -1, time: 95 })
  assert.deepEqual(of(presence, ann, bob, 9, cleo), [ "0 70", "1 0", "1 0", "-1 0" ])
})

test("user 0 is everybody: first all unknown, later who still is unknown is offline", () => {
  const presence = town()
  assert.deepEqual(presence.told({ userid: 0, online: -1, time: 70 }), [ ann, bob ])
  assert.deepEqual(of(presence, ann, bob, cleo), [ "-1 0", "-1 50", "" ])
  presence.told({ userid: ann, online: 1, time: 80 })
  presence.learn([ { id: 9, online: -1, seen: 0 } ], presence.moment)
  assert.deepEqual(presence.told({ userid: 0, online: 0, time: 100 }), [ bob, 9 ])
  assert.deepEqual(of(presence, ann, bob, 9, cleo), [ "1 0", "0 50", "0 0", "" ])
})

test("a frame is newer than the answer to what was asked before it", () => {
  const presence = town(), { moment } = presence
  presence.told({ userid: ann, online: 0, time: 70 })
  const answer = [ { id: ann, online: 1, seen: 0 }, { id: bob, online: 1, seen: 0 } ]
  assert.deepEqual(presence.learn(answer, moment), [ bob ])
  assert.deepEqual(of(presence, ann, bob), [ "0 70", "1 0" ])
  assert.deepEqual(presence.learn(answer, presence.moment), [ ann, bob ])
  assert.deepEqual(of(presence, ann), [ "1 0" ])
})

test("so is one about everybody, even for whom the answer is the first word", () => {
  const presence = town(), { moment } = presence
  presence.told({ userid: 0, online: -1, time: 70 })
  presence.learn([ { id: ann, online: 1, seen: 0 }, { id: cleo, online: 1, seen: 0 } ], moment)
  assert.deepEqual(of(presence, ann, cleo), [ "-1 0", "" ])
})

test("an answer does not count as a frame", () => {
  const presence = town(), { moment } = presence
  presence.told({ userid: 9, online: 1, time: 60 })
  presence.learn([ { id: ann, online: 0, seen: 60 } ], presence.moment)
  presence.learn([ { id: bob, online: 1, seen: 0 } ], moment)
  assert.deepEqual(of(presence, ann, bob), [ "0 60", "1 0" ])
})

test("whom the list of all friends leaves out is none any more, unless they came since", () => {
  const presence = town(), { moment } = presence
  presence.told({ userid: cleo, online: 1, time: 70 })
  assert.deepEqual(presence.learnAll([ { id: ann, online: 0, seen: 60 } ], moment), [ ann, bob ])
  assert.deepEqual(of(presence, ann, bob, cleo), [ "0 60", "", "1 0" ])
})
