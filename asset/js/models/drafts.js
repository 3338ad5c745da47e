// Drafts keeps what is typed and not sent, per conversation.
export default class Drafts {
  #store; #prefix

  constructor(store, userId) {
    this.#store = store
    this.#prefix = `ginchat.draft.${userId}.`
  }

  get(address) { return this.#store.getItem(this.#prefix + address) ?? "" }

  set(address, text) {
    try {
      if (text.trim() === "") this.#store.removeItem(this.#prefix + address)
      else this.#store.setItem(this.#prefix + address, text)
    } catch {
      // The store is full or forbidden: the text stays in the field.
    }
  }
}
