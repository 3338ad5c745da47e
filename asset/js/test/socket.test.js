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
