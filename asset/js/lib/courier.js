import frameCrc from "./crc32.js"
import { partsOf } from "../models/address.js"

const LOOK = 1000 // ms between looks at what is due

// Courier carries what is in the outbox over the socket, again and again until it
// is acked or refused for good. show and hide keep the page in step.
export default class Courier {
  #outbox; #socket; #show; #hide

  constructor(outbox, socket, { show, hide }) {
    this.#outbox = outbox
    this.#socket = socket
    this.#show = show
    this.#hide = hide
    socket.addEventListener("open", () => this.#reconnected())
    addEventListener("storage", event => this.#changedElsewhere(event))
    setInterval(() => this.#flush(), LOOK)
  }

  // send keeps the message and shows it at once; it goes out as soon as it can.
  send(address, content) {
    const { kind, dstid } = partsOf(address)
    this.#show(this.#outbox.add({ cmd: kind, dstid, media: 1, content, crc: frameCrc(content) }))
    this.#flush()
  }

  retry(msgid) {
    this.#show(this.#outbox.retry(msgid))
    this.#flush()
  }

  // refused takes a cmd-2 frame.
  refused(frame) {
    const entry = this.#outbox.refused(frame)
    if (entry) this.#show(entry)
  }

  #reconnected() {
    this.#outbox.reconnected()
    this.#flush()
  }

  #flush() {
    if (this.#socket.state.name !== "online") return
    if (this.#outbox.isOverdue) this.#socket.doubt()
    for (const { frame } of this.#outbox.due()) this.#socket.send(frame)
  }

  #changedElsewhere({ key, newValue }) {
    const { added, removed } = this.#outbox.changedElsewhere(key, newValue)
    if (added) this.#show(added)
    if (removed) this.#hide(removed)
  }
}
