// HttpError is an answer other than success. code is the code word of protocol.md,
// "network" when there was no answer at all; after is in milliseconds.
export class HttpError extends Error {
  constructor(code, message, status = 0, after = 0) {
    super(message)
    this.code = code
    this.status = status
    this.after = after
  }
}

// get returns the envelope of a GET; params go into the query.
export function get(path, params = {}) {
  const query = new URLSearchParams(params)
  return ask(query.size ? `${path}?${query}` : path, {})
}

// post returns the envelope of a form POST.
export function post(path, params = {}) {
  return ask(path, { method: "POST", body: new URLSearchParams(params) })
}

// signedIn tells whether the login still counts; without an answer it may.
export async function signedIn() {
  try {
    await get("/chat/conversations")
  } catch (error) {
    return error.code !== "unauthenticated"
  }
  return true
}

async function ask(address, options) {
  let answer
  try {
    answer = await fetch(address, { ...options, headers: { Accept: "application/json" }, credentials: "same-origin" })
  } catch (cause) {
    throw new HttpError("network", cause.message)
  }
  let envelope
  try {
    envelope = await answer.json()
  } catch {
    throw new HttpError("internal", answer.statusText, answer.status)
  }
  if (answer.ok && envelope.code === 0) return envelope
  const after = 1000 * (Number(answer.headers.get("Retry-After")) || 0)
  throw new HttpError(envelope.error ?? "internal", envelope.msg ?? "", answer.status, after)
}
