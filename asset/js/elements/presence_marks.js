import Presence from "../models/presence.js"
import { presenceWords } from "./markup.js"

const SPREAD = 10000 // ms over which those ask who lost their connection together
const FRESH = 10000 // ms for which what the page was loaded with is good enough

// PresenceMarks keeps the marks of who is online in step with what the server tells.
export default class PresenceMarks {
  #presence = new Presence()
  #place; #calendar; #socket; #friends
  #connections = 0
  #timer = 0
  #isDue = false // to ask, once somebody looks

  // place holds the marks; friends asks the server for all friends.
  constructor(place, { calendar, socket, friends }) {
    this.#place = place
    this.#calendar = calendar
    this.#socket = socket
    this.#friends = friends
    this.take(place, this.moment)
    socket.addEventListener("open", () => this.#connected())
  }

  // moment is to be taken before a page is asked for.
  get moment() { return this.#presence.moment }

  // take learns what a page says that was asked for at a moment, and brings its
  // marks up to date.
  take(page, moment) {
    this.#show(this.#presence.learn(marksIn(page).map(stated), moment))
    for (const mark of marksIn(page)) this.#fill(mark)
  }

  // told takes a cmd-7 frame.
  told(frame) { this.#show(this.#presence.told(frame)) }

  // add makes a blank mark one about a user.
  add(mark, id) {
    mark.dataset.userid = id
    this.#fill(mark)
    if (!this.#presence.get(id)) this.#askWithin(0)
  }

  // looked is called when the page comes into view or goes out of it.
  looked() {
    for (const mark of marksIn(this.#place)) this.#fill(mark) // another day may have begun
    if (this.#isDue) this.#askWithin(0)
  }

  // What changed while there was no connection was told to nobody here.
  #connected() {
    if (this.#connections++ > 0 || performance.now() > FRESH) this.#askWithin(SPREAD)
  }

  #askWithin(ms) { this.#timer ||= setTimeout(() => this.#ask(), ms * Math.random()) }

  async #ask() {
    this.#timer = 0
    this.#isDue = document.hidden
    if (this.#isDue) return
    const { moment } = this
    try {
      const rows = await this.#friends()
      this.#show(this.#presence.learnAll(rows.map(({ id, online, seenat }) => ({ id, online, seen: Date.parse(seenat) || 0 })), moment))
    } catch {
      if (this.#socket.state.name === "online") this.#askWithin(SPREAD) // else the next connection does
    }
  }

  #show(ids) {
    if (ids.length === 0) return
    const about = new Set(ids.map(String))
    for (const mark of marksIn(this.#place)) if (about.has(mark.dataset.userid)) this.#fill(mark)
  }

  #fill(mark) {
    const known = this.#presence.get(Number(mark.dataset.userid))
    mark.dataset.presence = known?.online ?? ""
    mark.dataset.seen = known?.seen || ""
    mark.querySelector(".presence__words").textContent = presenceWords(known, this.#calendar)
  }
}

function marksIn(place) { return [ ...place.querySelectorAll(".presence") ] }

function stated({ dataset: { userid, presence, seen } }) {
  return { id: Number(userid), online: presence === "" ? undefined : Number(presence), seen: Number(seen) }
}
