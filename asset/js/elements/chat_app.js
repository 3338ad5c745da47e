import Courier from "../lib/courier.js"
import liveSocket from "../lib/live_socket.js"
import PeopleSource from "../lib/people_source.js"
import text, { lang } from "../lib/texts.js"
import tellZone from "../lib/zone.js"
import Calendar from "../models/calendar.js"
import Drafts from "../models/drafts.js"
import Heads from "../models/heads.js"
import Outbox from "../models/outbox.js"
import People from "../models/people.js"
import { CHANGE, COMMUNITY, PRIVATE, addressIn, addressOf, partsOf } from "../models/address.js"
import PresenceMarks from "./presence_marks.js"

// <chat-app> holds what the parts of the chat page share, the socket above all,
// and tells each part what concerns it.
export default class ChatApp extends HTMLElement {
  #source = new PeopleSource(() => this.pane.address)
  #unsentReads = new Map()

  connectedCallback() {
    this.self = Number(this.dataset.userid)
    this.zoneIsNew = tellZone()
    this.calendar = new Calendar(lang, { today: text("chat.today"), yesterday: text("chat.yesterday") })
    this.drafts = new Drafts(localStorage, this.self)
    this.outbox = new Outbox(localStorage, this.self)
    this.heads = new Heads(this.self)
    this.people = new People(id => this.#source.find(id))
    this.people.learn({ id: this.self, name: this.dataset.nickname, avatar: "" })
    this.socket = liveSocket()
    this.presence = new PresenceMarks(this, { calendar: this.calendar, socket: this.socket, friends: () => this.#source.friends() })
    this.socket.addEventListener("open", () => this.sync())
    this.socket.addEventListener("gap", () => this.sync())
    this.socket.addEventListener("frame", event => this.#arrived(event.detail))
    const timelineOf = ({ frame }) => this.#timelineOf(addressOf(frame.cmd, frame.dstid))
    this.courier = new Courier(this.outbox, this.socket, {
      show: entry => timelineOf(entry)?.showPending(entry),
      hide: entry => timelineOf(entry)?.hidePending(entry.msgid),
    })
    document.addEventListener("visibilitychange", () => this.#looked())
    queueMicrotask(() => this.socket.start()) // once the parts inside are there
  }

  get list() { return this.querySelector("conversation-list") }
  get pane() { return this.querySelector("conversation-pane") }

  // read moves the read mark, here at once and at the server when it can be reached.
  read(address, seq) {
    if (!this.heads.readUpTo(address, seq)) return
    this.list.refresh(address)
    if (!this.socket.send({ cmd: 4, ...partsOf(address), seq })) this.#unsentReads.set(address, seq)
  }

  // opened is told that the server has rendered a conversation up to last and has
  // marked it read.
  opened(address, last) {
    const head = this.heads.get(address)
    if (head?.seq > last) this.pane.timeline.catchUp() // something came in between
    this.heads.readUpTo(address, last)
    this.list.refresh(address)
  }

  sync() { this.socket.send(this.heads.forSync()) }

  #looked() {
    this.pane.timeline?.noteRead()
    this.presence.looked()
  }

  #arrived(frame) {
    switch (frame.cmd) {
      case 10: case 11: case 12: return this.#delivered(frame)
      case 1: return this.#acked(frame)
      case 2: return this.courier.refused(frame)
      case 3: return this.#synced(frame)
      case 4: return this.#read(frame)
      case 7: return this.presence.told(frame)
      case 8: return this.#changed(frame)
    }
  }

  #delivered(frame) {
    const address = addressIn(frame, this.self)
    const verdict = this.heads.saw(frame)
    if (frame.userid === this.self) this.outbox.acked(frame.msgid) // others may use the same msgid
    this.#timelineOf(address)?.add(frame)
    if (frame.cmd === CHANGE || verdict === "new") this.pane.renew(address)
    if (verdict === "next") this.list.moved(address, frame)
    else if (verdict === "new") this.list.reload([ address ])
    else if (verdict === "hole") this.sync()
  }

  // The ack stands for the frame that the other sessions get.
  #acked({ msgid, kind, dstid, seq, time }) {
    const entry = this.outbox.acked(msgid)
    if (entry) this.#delivered({ url: "", memo: "", amount: 0, ...entry.frame, cmd: kind, dstid, seq, time, userid: this.self })
  }

  #synced(frame) {
    const { restored, stale, gone } = this.heads.synced(frame)
    if (restored) return location.reload()
    for (const address of gone) this.#gone(address)
    if (stale.length) this.list.reload(stale)
    if (stale.includes(this.pane.address)) this.pane.timeline?.catchUp()
    for (const [ address, seq ] of this.#unsentReads) this.socket.send({ cmd: 4, ...partsOf(address), seq })
    this.#unsentReads.clear()
  }

  #read({ kind, dstid, seq, userid }) {
    const address = addressOf(kind, dstid)
    if (userid !== this.self || !this.heads.readUpTo(address, seq)) return
    if (this.heads.get(address).unread > 0) this.list.reload([ address ])
    else this.list.refresh(address)
  }

  async #changed({ kind, dstid }) {
    const address = addressOf(kind, dstid)
    this.#source.forget(address)
    await this.list.reload([ address ])
    if (kind === COMMUNITY && !this.heads.get(address)) this.#gone(address)
    else if (kind === PRIVATE) this.#rename(dstid)
    this.pane.renew()
  }

  // rename shows the name that somebody has now, or the user's new one for them.
  async #rename(id) {
    if (!this.people.knows(id)) return
    this.people.forget(id)
    this.pane.timeline?.renamed(await this.people.get(id))
  }

  #gone(address) {
    this.heads.forget(address)
    this.list.remove(address)
    if (this.pane.address === address && partsOf(address).kind === COMMUNITY) this.pane.close()
  }

  #timelineOf(address) { return this.pane.address === address ? this.pane.timeline : null }
}
