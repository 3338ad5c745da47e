// MemoryStore has the methods of localStorage.
export default class MemoryStore {
  #items = new Map()

  get length() { return this.#items.size }
  key(index) { return [ ...this.#items.keys() ][index] ?? null }
  getItem(key) { return this.#items.get(key) ?? null }
  setItem(key, value) { this.#items.set(key, String(value)) }
  removeItem(key) { this.#items.delete(key) }
}
