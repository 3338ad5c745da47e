const RECENT = 24

// Emoji searches the emoji of data/emoji.json and remembers those used last.
export default class Emoji {
  #groups; #lang; #store

  constructor(groups, lang, store) {
    this.#groups = groups
    this.#lang = lang
    this.#store = store
  }

  // groups returns [{ id, name, emoji: [{ char, name }] }].
  get groups() {
    return this.#groups.map(group => ({ id: group.id, name: group[this.#lang], emoji: group.rows.map(row => this.#named(row)) }))
  }

  // search returns the emoji that have every word of query in a name or keyword,
  // those whose name begins with it first.
  search(query, limit = 60) {
    const words = query.toLowerCase().replaceAll(":", " ").split(/[\s_]+/).filter(Boolean)
    const found = []
    for (const row of this.#groups.flatMap(group => group.rows)) {
      const text = ` ${row.slice(1).join(" ").toLowerCase()}`
      if (!words.every(word => text.includes(isAscii(word) ? ` ${word}` : word))) continue
      const named = row[this.#lang === "zh" ? 2 : 1].toLowerCase()
      found.push({ row, rank: named === words.join(" ") ? 0 : named.startsWith(words[0]) ? 1 : 2 })
    }
    return found.sort((a, b) => a.rank - b.rank).slice(0, limit).map(({ row }) => this.#named(row))
  }

  get recent() {
    const chars = this.#recentChars()
    const rows = new Map(this.#groups.flatMap(group => group.rows).map(row => [ row[0], row ]))
    return chars.filter(char => rows.has(char)).map(char => this.#named(rows.get(char)))
  }

  used(char) {
    const chars = [ char, ...this.#recentChars().filter(other => other !== char) ].slice(0, RECENT)
    try {
      this.#store.setItem("ginchat.emoji", JSON.stringify(chars))
    } catch {
      // Without a store nothing is remembered.
    }
  }

  #recentChars() {
    try {
      const chars = JSON.parse(this.#store.getItem("ginchat.emoji"))
      return Array.isArray(chars) ? chars : []
    } catch {
      return []
    }
  }

  #named(row) { return { char: row[0], name: row[this.#lang === "zh" ? 2 : 1] } }
}

function isAscii(text) { return /^[\x20-\x7e]+$/.test(text) }
