// The texts of the page's language, as the server put them into the page. {0}, {1}
// stand for arguments.
let texts

function raw(key) {
  texts ??= JSON.parse(document.getElementById("texts").textContent)
  return texts[key] ?? key
}

let errors

// errorText returns the server's message in the page's language; its numbers are
// the arguments. A message without a translation is shown as it is.
export function errorText(message) {
  errors ??= JSON.parse(document.getElementById("error-texts").textContent)
  const numbers = []
  const key = `error:${message.replace(/\d+/g, number => `{${numbers.push(number) - 1}}`)}`
  const found = errors[key]?.replace(/\{(\d)\}/g, (_, index) => numbers[index])
  return found ?? message.charAt(0).toUpperCase() + message.slice(1)
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
