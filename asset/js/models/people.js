// People caches names and pictures by user id. load(ids) asks for several at once
// and returns rows of { id, name, avatar }.
export default class People {
  #known = new Map()
  #asked = new Map()
  #load

  constructor(load) { this.#load = load }

  learn(person) { this.#known.set(person.id, person) }

  forget(id) { this.#known.delete(id) }

  knows(id) { return this.#known.has(id) }

  // known returns the person if nobody has to be asked.
  known(id) { return this.#known.get(id) }

  nameOf(id) { return this.#known.get(id)?.name ?? "" }

  // get returns the person, asking once however many want to know.
  async get(id) {
    if (!this.#known.has(id)) {
      if (!this.#asked.has(id)) this.#asked.set(id, this.#ask(id))
      await this.#asked.get(id)
    }
    return this.#known.get(id) ?? { id, name: `#${id}`, avatar: "" }
  }

  async #ask(id) {
    try {
      for (const person of await this.#load(id)) this.learn(person)
    } catch {
      // Without an answer the number stands for the name; the next entry asks again.
    } finally {
      this.#asked.delete(id)
    }
  }
}
