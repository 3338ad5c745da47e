// Registers the custom elements. Pages work without them; each adds to markup
// that the server has rendered.
import LocalTime from "./elements/local_time.js"
import PasswordField from "./elements/password_field.js"

customElements.define("local-time", LocalTime)
customElements.define("password-field", PasswordField)
