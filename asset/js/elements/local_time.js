// <local-time> shows the <time> inside it in the browser's zone and the page's language.
export default class LocalTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time")
    const at = new Date(time?.dateTime)
    if (isNaN(at)) return
    const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" })
    time.textContent = format.format(at)
  }
}
