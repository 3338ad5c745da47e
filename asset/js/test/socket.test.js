import { test, mock } from "node:test"
import assert from "node:assert/strict"
import Socket from "../lib/socket.js"

function world(t, options = {}) {
  t.mock.timers.enable({ apis: [ "setTimeout", "setInterval", "Date" ] })
  const links = []
  const connect = () => {
    const link = { sent: [], send(text) { this.sent.push(JSON.parse(text)) }, close: mock.fn() }
    links.push(link)
    return link
  }
  const socket = new Socket("ws://x/chat", { connect, ...options })
  const states = [], frames = []
  let gaps = 0
  socket.addEventListener("state", event => states.push(event.detail.name))
  socket.addEventListener("frame", event => frames.push(event.detail))
  socket.addEventListener("gap", () => gaps++)
  socket.start()
  return { socket, links, states, frames, gaps: () => gaps, tick: ms => t.mock.timers.tick(ms) }
}

const say = (link, frame) => link.onmessage({ data: JSON.stringify(frame) })

test("connects again after a lost connection, with a growing delay", t => {
  const { links, states, tick, socket } = world(t)
  links[0].onopen()
  assert.equal(socket.send({ cmd: 0 }), true)
  links[0].onclose({ code: 1006, reason: "" })
  assert.deepEqual(states, [ "connecting", "online", "waiting" ])
  assert.equal(socket.send({ cmd: 0 }), false)
  tick(500)
  assert.equal(links.length, 2)
  links[1].onclose({ code: 1006, reason: "" })
  tick(499)
  assert.equal(links.length, 2)
  tick(501)
  assert.equal(links.length, 3)
})

test("1012 names the delay, 45xx ends for good", t => {
  const { links, states, tick, socket } = world(t)
  links[0].onopen()
  links[0].onclose({ code: 1012, reason: "7000" })
  tick(6999)
  assert.equal(links.length, 1)
  tick(1)
  assert.equal(links.length, 2)
  links[1].onclose({ code: 4501, reason: "login ended" })
  assert.equal(states.at(-1), "ended")
  assert.equal(socket.state.code, 4501)
  tick(60000)
  socket.now()
  assert.equal(links.length, 2)
})

test("what a server asks to wait has a bound, and must be a number", t => {
  for (const [ reason, early, late ] of [ [ "99999999", 59999, 60000 ], [ "soon", 249, 500 ], [ "-1", 249, 500 ] ]) {
    const { links, tick } = world(t)
    links[0].onopen()
    links[0].onclose({ code: 1012, reason })
    tick(early)
    assert.equal(links.length, 1, reason)
    tick(late - early)
    assert.equal(links.length, 2, reason)
    t.mock.timers.reset()
  }
})

test("comes back after 4001 and 4499, not after 4500 and 4999", t => {
  for (const [ code, state ] of [ [ 4001, "waiting" ], [ 4499, "waiting" ], [ 4500, "ended" ], [ 4999, "ended" ], [ 5000, "waiting" ] ]) {
    const { links, socket } = world(t)
    links[0].onopen()
    links[0].onclose({ code, reason: "" })
    assert.equal(socket.state.name, state, code)
    t.mock.timers.reset()
  }
})

test("a connection that does not last does not begin the delays anew", t => {
  const { links, tick } = world(t)
  for (const longest of [ 500, 1000, 2000 ]) {
    links.at(-1).onopen()
    links.at(-1).onclose({ code: 4001, reason: "" })
    const before = links.length
    tick(longest / 2 - 1)
    assert.equal(links.length, before, longest)
    tick(longest / 2 + 1)
    assert.equal(links.length, before + 1, longest)
  }
  links.at(-1).onopen()
  tick(10000)
  links.at(-1).onclose({ code: 1006, reason: "" })
  tick(500)
  assert.equal(links.length, 5)
})

test("gives up an attempt that nobody answers", t => {
  const { links, states, tick } = world(t)
  tick(10000)
  assert.equal(states.at(-1), "waiting")
  assert.equal(links[0].close.mock.callCount(), 1)
  tick(500)
  assert.equal(links.length, 2)
})

test("a login that ended while away is found by the probe", async t => {
  const { links, tick, socket } = world(t, { probe: async () => false })
  links[0].onclose({ code: 1006, reason: "" })
  tick(500)
  links[1].onclose({ code: 1006, reason: "" })
  await null
  await null
  assert.deepEqual(socket.state, { name: "ended", code: 4501 })
})

test("a heartbeat counts the counted frames and notices a dead link", t => {
  const { links, frames, states, tick } = world(t)
  links[0].onopen()
  say(links[0], { cmd: 10, seq: 1 })
  say(links[0], { cmd: 4, seq: 1 })
  say(links[0], { cmd: 12, seq: 2 })
  assert.equal(frames.length, 3)
  tick(25000)
  assert.deepEqual(links[0].sent, [ { cmd: 0, n: 2 } ])
  tick(10000)
  assert.equal(states.at(-1), "waiting")
  assert.equal(links[0].close.mock.callCount(), 1)
})

test("a heartbeat goes out 25 s after the reply to the last", t => {
  const { links, states, tick } = world(t)
  links[0].onopen()
  for (let n = 1; n <= 3; n++) {
    tick(25000)
    assert.equal(links[0].sent.length, n)
    tick(9999)
    say(links[0], { cmd: 0, n: 0 })
  }
  assert.equal(states.at(-1), "online")
})

test("a frame before the reply gives the reply more time, and no more than that", t => {
  const { links, states, tick } = world(t)
  links[0].onopen()
  tick(25000)
  tick(9999)
  say(links[0], { cmd: 4 })
  tick(9999)
  assert.equal(states.at(-1), "online")
  tick(1)
  assert.equal(states.at(-1), "waiting")
})

test("in doubt a silent connection is given up after 5 s, a live one is kept", t => {
  const { socket, links, states, tick } = world(t)
  links[0].onopen()
  socket.doubt()
  tick(4000)
  socket.doubt() // does not ask, or wait, again
  assert.deepEqual(links[0].sent, [ { cmd: 0, n: 0 } ])
  say(links[0], { cmd: 1 })
  tick(5000)
  assert.equal(states.at(-1), "online")
  say(links[0], { cmd: 0, n: 0 })
  socket.doubt()
  tick(4999)
  assert.equal(states.at(-1), "online")
  tick(1)
  assert.equal(states.at(-1), "waiting")
  tick(500)
  links[1].onopen()
  socket.doubt()
  assert.equal(links[1].sent.length, 1)
})

test("a count that differs after a quiet second is a gap, told once", t => {
  const { links, gaps, tick } = world(t)
  links[0].onopen()
  say(links[0], { cmd: 0, n: 1 })
  tick(1000)
  assert.equal(gaps(), 1)
  say(links[0], { cmd: 0, n: 1 })
  tick(1000)
  assert.equal(gaps(), 1)
})

test("a frame in that second means nothing was lost yet", t => {
  const { links, gaps, tick } = world(t)
  links[0].onopen()
  say(links[0], { cmd: 0, n: 1 })
  say(links[0], { cmd: 10, seq: 1 })
  tick(1000)
  assert.equal(gaps(), 0)
})

test("offline waits for the network; now connects at once", t => {
  const { links, socket, tick } = world(t)
  links[0].onopen()
  socket.lost()
  assert.equal(socket.state.name, "offline")
  tick(100000)
  assert.equal(links.length, 1)
  socket.now()
  assert.equal(links.length, 2)
})
