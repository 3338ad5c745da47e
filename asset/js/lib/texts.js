// The texts of the page's language, as the server put them into the page. {0}, {1}
// stand for arguments.
let texts

function raw(key) {
  texts ??= JSON.parse(document.getElementById("texts").textContent)
  return texts[key] ?? key
}

export const lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en"

export default function text(key, ...args) {
  return raw(key).replace(/\{(\d)\}/g, (_, index) => args[index] ?? "")
}

// isolated returns nodes in which each argument keeps its writing direction to itself.
export function isolated(key, ...args) {
  return raw(key).split(/(\{\d\})/).filter(Boolean).map(piece => {
    const index = piece.match(/^\{(\d)\}$/)?.[1]
    if (index === undefined) return document.createTextNode(piece)
    const bdi = document.createElement("bdi")
    bdi.textContent = args[index] ?? ""
    return bdi
  })
}
