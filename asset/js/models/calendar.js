// Days and times as people read them, in the zone and language of the page.
export default class Calendar {
  #lang; #texts; #clock; #short; #dated; #long

  // texts has today and yesterday.
  constructor(lang, texts, timeZone) {
    this.#lang = lang
    this.#texts = texts
    const format = options => new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : lang, { timeZone, ...options })
    this.#clock = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    this.#short = format({ month: "short", day: "numeric" })
    this.#dated = format({ year: "numeric", month: "short", day: "numeric" })
    this.#long = format({ year: "numeric", month: "long", day: "numeric" })
  }

  time(ms) { return this.#clock.format(ms) }

  sameDay(a, b) { return this.#dated.format(a) === this.#dated.format(b) }

  // day heads the messages of a day.
  day(ms, now = Date.now()) { return this.#near(ms, now) ?? this.#long.format(ms) }

  // listed is the time beside a conversation: today's as a clock time.
  listed(ms, now = Date.now()) {
    if (this.sameDay(ms, now)) return this.time(ms)
    const near = this.#near(ms, now)
    if (near) return near
    return this.#date(ms, now)
  }

  // lastSeen returns the text's key and its argument.
  lastSeen(ms, now = Date.now()) {
    if (this.sameDay(ms, now)) return [ "presence.seen_today", this.time(ms) ]
    if (this.#near(ms, now)) return [ "presence.seen_yesterday" ]
    return [ "presence.seen_day", this.#date(ms, now) ]
  }

  // full says everything, for a title.
  full(ms) { return `${this.#long.format(ms)} ${this.time(ms)}` }

  #near(ms, now) {
    if (this.sameDay(ms, now)) return this.#texts.today
    return this.sameDay(ms, now - 86400000) ? this.#texts.yesterday : undefined
  }

  #date(ms, now) { return this.#year(ms) === this.#year(now) ? this.#short.format(ms) : this.#dated.format(ms) }

  #year(ms) { return this.#dated.formatToParts(ms).find(part => part.type === "year").value }
}

// continues tells whether entry goes under the same head as the one before:
// same sender, same minute, both messages.
export function continues(previous, entry) {
  return Boolean(previous) && !previous.op && !entry.op && previous.userid === entry.userid &&
    Math.floor(previous.time / 60000) === Math.floor(entry.time / 60000)
}
