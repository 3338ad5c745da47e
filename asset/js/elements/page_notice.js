// <page-notice> takes ?done= out of the address, so that a reload or a bookmark
// does not tell of the success again.
export default class PageNotice extends HTMLElement {
  connectedCallback() {
    const url = new URL(location.href)
    url.searchParams.delete("done")
    history.replaceState(history.state, "", url)
  }
}
