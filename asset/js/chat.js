// Registers the elements of the chat page, the outer one first: the others ask it
// for what they share.
import ChatApp from "./elements/chat_app.js"
import ConnectionBar from "./elements/connection_bar.js"
import ConversationList from "./elements/conversation_list.js"
import ConversationPane from "./elements/conversation_pane.js"
import ChatTimeline from "./elements/chat_timeline.js"
import ChatComposer from "./elements/chat_composer.js"
import EmojiPicker from "./elements/emoji_picker.js"

customElements.define("chat-app", ChatApp)
customElements.define("connection-bar", ConnectionBar)
customElements.define("conversation-list", ConversationList)
customElements.define("conversation-pane", ConversationPane)
customElements.define("chat-timeline", ChatTimeline)
customElements.define("chat-composer", ChatComposer)
customElements.define("emoji-picker", EmojiPicker)
