// <password-field> brings out the button that shows what is typed. The button
// is hidden without JavaScript, where it could do nothing.
export default class PasswordField extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input")
    const button = this.querySelector("button")
    if (!input || !button) return
    button.hidden = false
    button.onclick = () => {
      const shown = input.type === "password"
      input.type = shown ? "text" : "password"
      button.setAttribute("aria-pressed", String(shown))
      input.focus()
    }
    input.form?.addEventListener("submit", () => { input.type = "password" })
  }
}
