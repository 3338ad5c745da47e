// Timeline holds the entries of one conversation that the page shows: always a
// range without holes. An entry that arrives too early waits until the missing
// ones are there.
export default class Timeline {
  #first = 0
  #last = 0
  #early = new Map()

  // seqs are those of the entries that are shown already, ascending. known is the
  // seq up to which an empty range is complete.
  constructor(seqs = [], known = 0) {
    this.#first = seqs[0] ?? known + 1
    this.#last = seqs.at(-1) ?? known
  }

  get first() { return this.#first }
  get last() { return this.#last }
  get hasHole() { return this.#early.size > 0 }
  get reachesStart() { return this.#first <= 1 }

  // add takes a new entry and returns those that can be shown now, in order:
  // none for one that was seen, or while a hole is open.
  add(entry) {
    if (entry.seq <= this.#last) return []
    this.#early.set(entry.seq, entry)
    return this.#release()
  }

  // addPage takes a page of history, ascending, and returns { older, newer }:
  // what to show above and below.
  addPage(rows) {
    const older = rows.filter(row => row.seq < this.#first)
    if (older.length) this.#first = older[0].seq
    return { older, newer: rows.flatMap(row => this.add(row)) }
  }

  // restart makes rows, ascending, the whole range. It returns what to show: rows
  // and what was waiting to follow them.
  restart(rows) {
    this.#first = rows[0]?.seq ?? 1
    this.#last = rows.at(-1)?.seq ?? 0
    for (const seq of this.#early.keys()) if (seq <= this.#last) this.#early.delete(seq)
    return [ ...rows, ...this.#release() ]
  }

  // startsHere notes that nothing older can be had.
  startsHere() { this.#first = 1 }

  // drop forgets the oldest entries up to seq, dropEnd the newest from seq on; they
  // can be loaded again.
  drop(seq) { this.#first = Math.max(this.#first, seq + 1) }
  dropEnd(seq) { this.#last = Math.min(this.#last, seq - 1) }

  #release() {
    const ready = []
    for (let next; (next = this.#early.get(this.#last + 1)); this.#last++) {
      this.#early.delete(next.seq)
      ready.push(next)
    }
    return ready
  }
}
