import { takeRequests, takeUnread } from "../lib/badges.js"
import liveSocket from "../lib/live_socket.js"
import tellZone from "../lib/zone.js"

const SOON = 200 // ms until a change of contacts shows
const CALM = 3000 // ms between looks while messages come
const SPREAD = 10000 // ms over which those look who are told the same at once
const PRESENCE = 7
const CONTACTS = 8
const MESSAGES = new Set([ 4, 10, 11, 12 ])

// <live-updates> keeps a page other than the chat in step: whoever looks at it is
// online, and when something changes the server renders the page once more, of
// which the numbers and the parts marked data-live are taken. It is registered
// before other elements, to see the parts as the server wrote them.
export default class LiveUpdates extends HTMLElement {
  #connections = 0
  #timer = 0
  #due = Infinity
  #isBehind = false // of what only matters to who looks
  #page = document
  #shown = new Map() // part → its markup as the server wrote it

  connectedCallback() {
    for (const part of document.querySelectorAll("[data-live]")) this.#shown.set(part, part.innerHTML)
    takeUnread(document)
    tellZone()
    this.socket = liveSocket()
    this.socket.addEventListener("open", () => this.#look(this.#connections++ ? SPREAD * Math.random() : SOON))
    this.socket.addEventListener("gap", () => this.#look(SOON))
    this.socket.addEventListener("frame", ({ detail }) => this.#told(detail))
    document.addEventListener("visibilitychange", () => this.#isBehind && !document.hidden && this.#look(SOON))
    for (const event of [ "focusout", "pointerup" ]) document.addEventListener(event, () => setTimeout(() => this.#take()))
    for (const event of [ "submit", "pagehide" ]) addEventListener(event, () => this.#leave()) // another page is on its way
    addEventListener("pageshow", event => event.persisted && location.reload())
    this.socket.start()
  }

  #told({ cmd, userid }) {
    if (cmd === CONTACTS) this.#look(SOON)
    else if (MESSAGES.has(cmd)) this.#look(CALM)
    else if (cmd === PRESENCE && document.querySelector(".presence")) this.#lookIfSeen(userid ? CALM : CALM + SPREAD * Math.random())
  }

  // People come and go all day long, and most pages are out of view.
  #lookIfSeen(within) {
    this.#isBehind = true
    if (!document.hidden) this.#look(within)
  }

  // look asks for the page in so many milliseconds, unless it will be asked for earlier.
  #look(within) {
    const due = Date.now() + within
    if (due >= this.#due) return
    this.#due = due
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#renew(), within)
  }

  #leave() {
    clearTimeout(this.#timer)
    this.#due = -Infinity
  }

  async #renew() {
    this.#due = Infinity
    this.#isBehind = false
    const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null)
    if (!answer?.ok || answer.redirected) return // the next click tells
    this.#page = new DOMParser().parseFromString(await answer.text(), "text/html")
    takeUnread(this.#page)
    takeRequests(this.#page)
    this.#take()
  }

  #take() {
    if (this.#page === document) return
    for (const [ part, shown ] of this.#shown) {
      const newer = this.#page.querySelector(`[data-live="${part.dataset.live}"]`)?.innerHTML ?? shown
      if (newer === shown || isInUse(part)) continue
      const fresh = this.#page.querySelector(`[data-live="${part.dataset.live}"]`).cloneNode(true)
      part.replaceChildren(...fresh.childNodes)
      this.#shown.set(part, newer)
    }
  }
}

// isInUse tells whether to take a part away would disturb its reader: they are in
// it, have opened or typed something, or are told what was wrong.
function isInUse(part) {
  if (part.matches(":focus-within, :active")) return true
  if (part.querySelector("details[open], [role=alert], [aria-invalid]")) return true
  const isChanged = field => field.value !== field.defaultValue || field.checked !== field.defaultChecked
  const isChosen = option => option.selected !== option.defaultSelected
  return [ ...part.querySelectorAll("input, textarea") ].some(isChanged) || [ ...part.querySelectorAll("option") ].some(isChosen)
}
