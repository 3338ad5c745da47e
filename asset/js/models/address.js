// An address names a conversation as its user sees it: "10:42" is the private one
// with user 42, "11:7" is community 7.

export const PRIVATE = 10
export const COMMUNITY = 11
export const CHANGE = 12

export function addressOf(kind, dstid) { return `${kind}:${dstid}` }

export function partsOf(address) {
  const [ kind, dstid ] = address.split(":").map(Number)
  return { kind, dstid }
}

// addressIn returns the address of a delivered frame or history row for user self.
// A delivered private frame names its sender and recipient, equal for both.
export function addressIn(frame, self) {
  const kind = frame.cmd === CHANGE ? frame.kind : frame.cmd
  const mine = kind === PRIVATE && frame.userid !== self
  return addressOf(kind, mine ? frame.userid : frame.dstid)
}

// pageOf returns the address of the page that shows the conversation.
export function pageOf(address) {
  const { kind, dstid } = partsOf(address)
  return `/chat/index.shtml?cmd=${kind}&dstid=${dstid}`
}

// addressAt is pageOf's inverse; "" when the page shows no conversation.
export function addressAt(url) {
  const query = new URL(url, "http://localhost").searchParams
  const kind = Number(query.get("cmd")), dstid = Number(query.get("dstid"))
  return (kind === PRIVATE || kind === COMMUNITY) && dstid > 0 ? addressOf(kind, dstid) : ""
}
