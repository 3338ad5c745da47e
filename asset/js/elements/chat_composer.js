import text from "../lib/texts.js"
import { clone } from "./markup.js"

const MOST_BYTES = 8192

// <chat-composer> sends what is typed and keeps it until then, per conversation.
export default class ChatComposer extends HTMLElement {
  connectedCallback() {
    this.app = this.closest("chat-app")
    this.address = this.app.pane.address
    this.form = this.querySelector("form")
    this.field = this.querySelector("textarea")
    this.emoji = this.querySelector(".composer__emoji")
    this.field.removeAttribute("maxlength") // the limit counts bytes; see #submit
    if (!this.field.value) this.field.value = this.app.drafts.get(this.address)
    this.form.addEventListener("submit", event => this.#submit(event))
    this.field.addEventListener("keydown", event => this.#key(event))
    this.field.addEventListener("input", () => this.#typed())
    this.emoji.onclick = () => this.#toggleEmoji()
    this.#grow()
  }

  focusText() { this.field.focus() }

  // insert puts text where the caret is.
  insert(words) {
    this.field.setRangeText(words, this.field.selectionStart, this.field.selectionEnd, "end")
    this.#typed()
  }

  closeEmoji() {
    this.querySelector("emoji-picker")?.remove()
    this.emoji.setAttribute("aria-expanded", "false")
    this.field.focus()
  }

  #key(event) {
    // While an input method composes, Enter chooses a candidate; Safari tells by 229 alone.
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || event.shiftKey) return
    const sends = "enterBreaks" in this.dataset ? event.ctrlKey || event.metaKey : true
    if (!sends) return
    event.preventDefault()
    this.form.requestSubmit()
  }

  #submit(event) {
    event.preventDefault()
    const words = this.field.value.replace(/^\n+/, "").trimEnd()
    if (words === "") return
    const tooLong = new TextEncoder().encode(words).length > MOST_BYTES
    this.#complain(tooLong ? text("chat.too_long", MOST_BYTES / 1024) : "")
    if (tooLong) return
    this.app.courier.send(this.address, words)
    this.field.value = ""
    this.#typed()
    this.field.focus()
  }

  #typed() {
    this.app.drafts.set(this.address, this.field.value)
    this.#grow()
  }

  // grow is for browsers without field-sizing.
  #grow() {
    if (CSS.supports("field-sizing", "content")) return
    this.field.style.height = "auto"
    this.field.style.height = `${this.field.scrollHeight}px`
  }

  #complain(words) {
    this.querySelector(".composer__error")?.remove()
    if (!words) return
    const error = document.createElement("p")
    Object.assign(error, { className: "composer__error", role: "alert", textContent: words })
    this.prepend(error)
  }

  #toggleEmoji() {
    if (this.querySelector("emoji-picker")) return this.closeEmoji()
    this.append(clone("blank-emoji"))
    this.emoji.setAttribute("aria-expanded", "true")
  }
}
