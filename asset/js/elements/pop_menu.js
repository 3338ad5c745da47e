// <pop-menu> closes the <details> inside it by Escape and by a click elsewhere.
export default class PopMenu extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details")
    document.addEventListener("click", this)
    this.addEventListener("keydown", this)
  }

  disconnectedCallback() { document.removeEventListener("click", this) }

  handleEvent(event) {
    if (!this.details.open) return
    if (event.type === "click" && !this.contains(event.target)) this.details.open = false
    if (event.type === "keydown" && event.key === "Escape") {
      this.details.open = false
      this.details.querySelector("summary").focus()
    }
  }
}
