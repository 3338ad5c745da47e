const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// newId returns 132 random bits as 22 characters of A-Za-z0-9_-, which protocol.md
// takes as a msgid. randomUUID would be shorter but is absent on plain-http hosts.
export default function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(22))
  return Array.from(bytes, byte => ALPHABET[byte & 63]).join("")
}
