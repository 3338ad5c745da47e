// <kept-scroll> keeps the place in the list inside it from page to page, so that
// opening a row far down does not lose it.
export default class KeptScroll extends HTMLElement {
  connectedCallback() {
    this.list = this.firstElementChild
    const kept = Number(sessionStorage.getItem(this.key))
    if (kept) this.list.scrollTop = kept
    else this.list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" })
    addEventListener("pagehide", this)
  }

  disconnectedCallback() { removeEventListener("pagehide", this) }

  handleEvent() { sessionStorage.setItem(this.key, String(this.list.scrollTop)) }

  get key() { return `scroll ${location.pathname}` }
}
