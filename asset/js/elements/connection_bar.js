import { isolated } from "../lib/texts.js"
import text from "../lib/texts.js"

// Short interruptions are not worth a word.
const PATIENCE = 800

// <connection-bar> says quietly what is wrong with the connection and what to do.
export default class ConnectionBar extends HTMLElement {
  #timer = 0

  connectedCallback() {
    this.button = this.querySelector("button")
    this.button.onclick = () => this.#act()
    this.socket = this.closest("chat-app").socket
    this.socket.addEventListener("state", () => this.#changed())
  }

  disconnectedCallback() { clearInterval(this.#timer) }

  #changed() {
    clearInterval(this.#timer)
    const { name } = this.socket.state
    if (name === "online") this.hidden = true
    else if (name === "waiting") this.#timer = setInterval(() => this.#show(), 250)
    else if (this.hidden && name === "connecting") this.#timer = setTimeout(() => this.#show(), PATIENCE)
    else this.#show()
  }

  #show() {
    const state = this.socket.state
    if (state.name === "waiting" && this.hidden && this.#sinceLast(state)) return
    this.hidden = false
    this.#say(...this.#words(state))
    this.button.hidden = state.name === "connecting"
    this.button.textContent = state.name === "ended" ? text(state.code === 4501 ? "chat.sign_in" : "chat.reload") : text("chat.now")
  }

  // sinceLast is true while the first attempt is due so soon that nobody needs to know.
  #sinceLast(state) { return state.at - Date.now() < PATIENCE }

  #words(state) {
    switch (state.name) {
      case "waiting": return [ "chat.waiting", Math.max(0, Math.ceil((state.at - Date.now()) / 1000)) ]
      case "offline": return [ "chat.no_network" ]
      case "ended": return [ state.code === 4501 ? "chat.ended" : "chat.refused" ]
    }
    return [ "chat.connecting" ]
  }

  // say changes the counted seconds in place, so that a screen reader hears the
  // sentence once.
  #say(key, ...args) {
    const place = this.querySelector(".connection__text")
    if (place.dataset.key === key && args.length) {
      const counted = place.querySelector("bdi")
      if (counted.textContent !== String(args[0])) counted.textContent = args[0]
      return
    }
    place.dataset.key = key
    place.replaceChildren(...isolated(key, ...args))
    place.querySelector("bdi")?.setAttribute("aria-live", "off")
  }

  #act() {
    const { name, code } = this.socket.state
    if (name !== "ended") this.socket.now()
    else if (code === 4501) location.assign(`/user/login.shtml?next=${encodeURIComponent(location.pathname + location.search)}`)
    else location.reload()
  }
}
