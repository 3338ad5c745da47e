// Presence keeps who is online, of those whose presence the server tells: online
// is 1, 0 or -1 for unknown, seen the Unix ms at which they were last seen, 0 for
// unknown. A frame is newer than the answer to what was asked before it came.
export default class Presence {
  #known = new Map() // user id → { online, seen, moment }
  #frames = 0
  #toAll = 0 // the last frame that was about everybody

  get(id) { return this.#known.get(id) }

  // moment is to be taken before the server is asked.
  get moment() { return this.#frames }

  // told takes a cmd-7 frame and returns the ids of whom it is about.
  told({ userid, online, time }) {
    const moment = ++this.#frames
    if (userid !== 0) return [ this.#put({ id: userid, online, seen: online === 0 ? time : 0 }, moment) ]
    this.#toAll = moment
    const about = [ ...this.#known.keys() ].filter(id => online === -1 || this.#known.get(id).online === -1)
    return about.map(id => this.#put({ id, online, seen: this.#known.get(id).seen }, moment)) // its time is nobody's
  }

  // learn takes rows of { id, online, seen } that were asked for at a moment and
  // returns the ids of whom they are about. online is undefined of whom nothing is told.
  learn(rows, moment) {
    return rows.filter(({ id }) => this.#toldAt(id) <= moment).map(row => this.#put(row, moment))
  }

  // learnAll is learn for rows that name everybody of whom anything is told.
  learnAll(rows, moment) {
    const named = new Set(rows.map(({ id }) => id))
    const others = [ ...this.#known.keys() ].filter(id => !named.has(id))
    return this.learn([ ...rows, ...others.map(id => ({ id })) ], moment)
  }

  #toldAt(id) { return Math.max(this.#toAll, this.#known.get(id)?.moment ?? 0) }

  #put({ id, online, seen }, moment) {
    if (online === undefined) this.#known.delete(id)
    else this.#known.set(id, { online, seen, moment })
    return id
  }
}
