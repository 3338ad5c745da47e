// What a message says, as parts that can be shown without trusting its sender.

const LINK = /https?:\/\/[^\s<>"'`\u3000-\u303f\uff00-\uffef]+/gi
const TRAILING = /[.,:;!?*_~]+$/
const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[\u200d\ufe0f\u20e3#*0-9\s])+$/u
const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u

// linkParts splits text into { text } and { text, href }.
export function linkParts(text) {
  const parts = []
  let from = 0
  for (const match of text.matchAll(LINK)) {
    const href = withoutTail(match[0])
    if (!/^https?:\/\/[^/?#]/i.test(href)) continue
    if (match.index > from) parts.push({ text: text.slice(from, match.index) })
    parts.push({ text: href, href })
    from = match.index + href.length
  }
  if (from < text.length) parts.push({ text: text.slice(from) })
  return parts
}

// withoutTail leaves out what ends the sentence rather than the address.
function withoutTail(url) {
  url = url.replace(TRAILING, "")
  if (url.endsWith(")") && !url.includes("(")) return withoutTail(url.slice(0, -1))
  return url
}

// isEmojiOnly tells whether text is one to six emoji and nothing else.
export function isEmojiOnly(text) {
  if (text.length > 60 || !EMOJI.test(text) || !PICTURE.test(text)) return false
  const symbols = text.replace(/\s/g, "")
  return [ ...new Intl.Segmenter().segment(symbols) ].length <= 6
}

// safeAddress returns url if it may be followed, else "": only the web and the
// files of this server, never javascript: or data:.
export function safeAddress(url) {
  return /^https?:\/\/[^/?#]/i.test(url) || /^\/mnt\/[^/]/.test(url) ? url : ""
}

const NAMES = { 2: "card", 3: "voice", 4: "image", 6: "sticker", 7: "link", 8: "video", 9: "contact", 10: "file" }

// describe returns { text, href, label, args }: what was written, where it leads,
// and the text key that names what is there ("" for plain text).
export function describe({ media, content = "", url = "", memo = "", amount = 0 }) {
  const name = NAMES[media]
  if (!name) return { text: content, href: "", label: "", args: [] }
  const href = safeAddress(url)
  switch (name) {
    case "voice": case "video": return { text: content, href, label: name, args: [ duration(amount) ] }
    case "file": return { text: content, href, label: name, args: [ memo, size(amount) ] }
    case "card": case "link": return { text: memo, href, label: name, args: [ content || url ] }
    case "contact": return { text: "", href: "", label: name, args: [ content ] }
  }
  return { text: content, href, label: name, args: [] }
}

export function duration(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`
}

export function size(bytes) {
  const units = [ "B", "KB", "MB", "GB" ]
  let unit = 0
  for (; bytes >= 1000 && unit < 3; unit++) bytes /= 1000
  return `${unit && bytes < 10 ? bytes.toFixed(1) : Math.round(bytes)} ${units[unit]}`
}
