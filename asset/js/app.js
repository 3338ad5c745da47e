// Registers the custom elements. Pages work without them; each adds to markup
// that the server has rendered.
import KeptScroll from "./elements/kept_scroll.js"
import LiveUpdates from "./elements/live_updates.js"
import LocalTime from "./elements/local_time.js"
import PageNotice from "./elements/page_notice.js"
import PasswordField from "./elements/password_field.js"
import PopMenu from "./elements/pop_menu.js"

customElements.define("live-updates", LiveUpdates)
customElements.define("kept-scroll", KeptScroll)
customElements.define("local-time", LocalTime)
customElements.define("page-notice", PageNotice)
customElements.define("password-field", PasswordField)
customElements.define("pop-menu", PopMenu)
