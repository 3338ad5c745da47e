import delayOf from "./backoff.js"

const HEARTBEAT = 25000
const REPLY_WITHIN = 10000
const REPLY_SOON = 5000 // of a connection that is in doubt
const STEADY = 10000 // a connection that lasted so long begins the delays anew
const LONGEST = 60000 // of what a server may ask to wait
const QUIET = 1000
const COUNTED = new Set([ 10, 11, 12 ])

// Socket keeps one connection to GET /chat alive. It dispatches
//   "open"   after each connect,
//   "frame"  with the frame as detail, heartbeats excepted,
//   "gap"    when the server has written frames that did not arrive,
//   "state"  with { name, at, code } as detail: connecting, online, waiting (next
//            attempt at the time `at`), offline, ended (code says why; nothing
//            more is tried).
export default class Socket extends EventTarget {
  state = { name: "connecting" }
  #address; #connect; #probe
  #socket = null
  #attempt = 0
  #received = 0
  #skew = 0
  #timers = {}

  // connect makes a WebSocket. probe tells, after failed attempts, whether the
  // login still counts: a browser does not show the 401 before an upgrade.
  constructor(address, { connect = url => new WebSocket(url), probe = async () => true } = {}) {
    super()
    this.#address = address
    this.#connect = connect
    this.#probe = probe
  }

  start() { this.#open() }

  // stop closes for good, as when the page goes away.
  stop(code = 1000) {
    this.#forget()
    this.#become({ name: "ended", code })
  }

  // now makes the next attempt at once, or tests a connection that seems alive.
  now() {
    if (this.state.name === "online") this.doubt()
    else if (this.state.name !== "ended" && this.state.name !== "connecting") this.#open()
  }

  // doubt tests a connection over which something is late: when nothing at all comes
  // back, it is given up for another one. Once in doubt, asking again changes nothing.
  doubt() {
    if (this.state.name !== "online" || this.#timers.doubt) return
    this.#beat()
    this.#timers.doubt = setTimeout(() => this.#closed(1006, ""), REPLY_SOON)
  }

  // lost is called when the device says it has no network.
  lost() {
    if (this.state.name === "ended") return
    this.#forget()
    this.#become({ name: "offline" })
  }

  // send reports whether the frame was handed to a live connection.
  send(frame) {
    if (this.state.name !== "online") return false
    this.#socket.send(JSON.stringify(frame))
    return true
  }

  #open() {
    this.#forget()
    this.#become({ name: "connecting" })
    this.#received = this.#skew = 0
    const socket = this.#socket = this.#connect(this.#address)
    socket.onopen = () => this.#opened()
    socket.onmessage = event => this.#arrived(event.data)
    socket.onclose = event => this.#closed(event.code, event.reason)
    this.#awaitReply()
  }

  #opened() {
    this.#cease("reply")
    this.#timers.steady = setTimeout(() => this.#attempt = 0, STEADY)
    this.#become({ name: "online" })
    this.#beatLater()
    this.dispatchEvent(new Event("open"))
  }

  // Each heartbeat is timed from what came back for the one before: browsers let
  // timers that only follow on each other run once a minute in a page long unseen.
  #beatLater() {
    this.#cease("beat")
    this.#timers.beat = setTimeout(() => this.#beat(), HEARTBEAT)
  }

  #beat() {
    this.send({ cmd: 0, n: this.#received })
    this.#awaitReply()
  }

  #awaitReply() {
    this.#cease("reply")
    this.#timers.reply = setTimeout(() => this.#closed(1006, ""), REPLY_WITHIN)
  }

  #cease(timer) {
    clearTimeout(this.#timers[timer])
    delete this.#timers[timer]
  }

  #arrived(data) {
    this.#cease("doubt") // whatever comes, the server lives
    if (this.#timers.reply) this.#awaitReply()
    const frame = JSON.parse(data)
    if (frame.cmd === 0) return this.#replied(frame.n)
    if (COUNTED.has(frame.cmd)) this.#received++
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }))
  }

  #replied(written) {
    this.#cease("reply")
    this.#beatLater()
    const skew = written - this.#received
    if (skew === this.#skew) return
    const received = this.#received
    this.#timers.quiet = setTimeout(() => {
      if (received !== this.#received) return
      this.#skew = skew
      this.dispatchEvent(new Event("gap"))
    }, QUIET)
  }

  async #closed(code, reason) {
    this.#forget()
    if (code >= 4500 && code <= 4999) return this.#become({ name: "ended", code })
    this.#wait(code === 1012 && /^\d+$/.test(reason) ? Math.min(Number(reason), LONGEST) : delayOf(this.#attempt))
    if (this.#attempt++ > 0 && !await this.#probe()) this.stop(4501)
  }

  #wait(delay) {
    this.#become({ name: "waiting", at: Date.now() + delay })
    this.#timers.retry = setTimeout(() => this.#open(), delay)
  }

  #become(state) {
    this.state = state
    this.dispatchEvent(new CustomEvent("state", { detail: state }))
  }

  // forget lets go of the connection without waiting for its close: a dead link
  // would keep the browser waiting for a minute.
  #forget() {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer)
    this.#timers = {}
    if (!this.#socket) return
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null
    this.#socket.close()
    this.#socket = null
  }
}
