import text, { lang } from "../lib/texts.js"
import Emoji from "../models/emoji.js"

const DATA = new URL("../data/emoji.json", import.meta.url)

// <emoji-picker> shows the emoji by group, those used lately first, and finds them
// by name. Arrow keys move, Enter inserts, Escape closes.
export default class EmojiPicker extends HTMLElement {
  async connectedCallback() {
    this.composer = this.closest("chat-composer")
    this.search = this.querySelector("input")
    this.groups = this.querySelector(".emoji__groups")
    this.grid = this.querySelector(".emoji__grid")
    this.label = this.querySelector(".emoji__name")
    this.addEventListener("keydown", event => this.#key(event))
    this.outside = event => event.target.closest("chat-composer") || this.composer.closeEmoji()
    document.addEventListener("pointerdown", this.outside)
    this.search.addEventListener("input", () => this.#found())
    this.search.addEventListener("keydown", event => event.key === "Enter" && this.#chooseFirst(event))
    this.grid.addEventListener("click", event => this.#choose(event.target.closest("button")))
    for (const kind of [ "pointerover", "focusin" ]) this.grid.addEventListener(kind, event => this.#name(event.target.closest("button")))
    this.search.focus()
    const { groups } = await (await fetch(DATA)).json()
    this.emoji = new Emoji(groups, lang, localStorage)
    this.#showGroups()
  }

  disconnectedCallback() { document.removeEventListener("pointerdown", this.outside) }

  #showGroups() {
    const recent = { id: "recent", name: text("chat.emoji_recent"), emoji: this.emoji.recent }
    this.all = [ ...(recent.emoji.length ? [ recent ] : []), ...this.emoji.groups ]
    this.groups.replaceChildren(...this.all.map(group => {
      const button = document.createElement("button")
      Object.assign(button, { type: "button", className: "emoji__group", title: group.name, textContent: group.id === "recent" ? "🕘" : group.emoji[0].char })
      button.setAttribute("aria-label", group.name)
      button.onclick = () => this.#open(group)
      return button
    }))
    this.#open(this.all[0])
  }

  #open(group) {
    this.search.value = ""
    this.#fill(group.emoji)
    ;[ ...this.groups.children ].forEach((button, index) => {
      const open = this.all[index] === group
      button.setAttribute("aria-pressed", String(open))
      button.tabIndex = open ? 0 : -1
    })
  }

  #found() {
    if (!this.emoji) return
    if (this.search.value.trim() === "") return this.#open(this.all[0])
    this.#fill(this.emoji.search(this.search.value))
  }

  #fill(list) {
    this.grid.replaceChildren(...list.map(({ char, name }, index) => {
      const button = document.createElement("button")
      Object.assign(button, { type: "button", className: "emoji__one", textContent: char, tabIndex: index ? -1 : 0 })
      button.setAttribute("aria-label", name)
      return button
    }))
    this.grid.scrollTop = 0
    this.label.textContent = list.length ? "" : text("chat.emoji_none")
  }

  #name(button) { if (button) this.label.textContent = button.getAttribute("aria-label") }

  #choose(button) {
    if (!button) return
    this.emoji.used(button.textContent)
    this.composer.insert(button.textContent)
  }

  #chooseFirst(event) {
    event.preventDefault()
    this.#choose(this.grid.firstElementChild)
  }

  #key(event) {
    if (event.key === "Escape") {
      event.preventDefault()
      this.composer.closeEmoji()
      return
    }
    const from = document.activeElement
    if (from === this.search && event.key === "ArrowDown") return this.#focus(event, this.grid.firstElementChild)
    const line = from?.parentElement
    if (line !== this.grid && line !== this.groups) return
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.#columns(line), ArrowUp: -this.#columns(line) }[event.key]
    if (step) this.#focus(event, line.children[[ ...line.children ].indexOf(from) + step])
  }

  #columns(line) {
    const top = line.firstElementChild.offsetTop
    const next = [ ...line.children ].findIndex(button => button.offsetTop > top)
    return next < 0 ? line.children.length : next
  }

  #focus(event, button) {
    if (!button) return
    event.preventDefault()
    for (const other of button.parentElement.children) other.tabIndex = -1
    button.tabIndex = 0
    button.focus()
  }
}
