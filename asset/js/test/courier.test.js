import { test, mock } from "node:test"
import assert from "node:assert/strict"
import Courier from "../lib/courier.js"
import Outbox from "../models/outbox.js"
import MemoryStore from "./memory_store.js"

globalThis.addEventListener ??= () => {} // which Node does not have

// world is a courier with a message to carry over a socket that says nothing.
function world(t) {
  t.mock.timers.enable({ apis: [ "setInterval", "Date" ], now: 1000 })
  const socket = Object.assign(new EventTarget(), { state: { name: "online" }, send: mock.fn(), doubt: mock.fn() })
  const outbox = new Outbox(new MemoryStore(), 1, { now: Date.now })
  const courier = new Courier(outbox, socket, { show: () => {}, hide: () => {} })
  return { courier, outbox, socket, tick: ms => t.mock.timers.tick(ms) }
}

test("a connection over which no ack comes is doubted, and the message sent again", t => {
  const { courier, socket, tick } = world(t)
  courier.send("10:2", "hello")
  for (let second = 1; second <= 4; second++) tick(1000)
  assert.equal(socket.doubt.mock.callCount(), 0)
  tick(1000)
  assert.equal(socket.doubt.mock.callCount(), 1)
  assert.equal(socket.send.mock.callCount(), 2)
})

test("an ack leaves no doubt", t => {
  const { courier, outbox, socket, tick } = world(t)
  courier.send("10:2", "hello")
  outbox.acked(socket.send.mock.calls[0].arguments[0].msgid)
  for (let second = 1; second <= 9; second++) tick(1000)
  assert.equal(socket.doubt.mock.callCount(), 0)
})
