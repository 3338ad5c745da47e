import { test } from "node:test"
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import Emoji from "../models/emoji.js"
import People from "../models/people.js"
import MemoryStore from "./memory_store.js"

const { groups } = JSON.parse(readFileSync(new URL("../data/emoji.json", import.meta.url)))
const chars = rows => rows.map(row => row.char)

test("finds emoji by name, keyword and shortcode in both languages", () => {
  const english = new Emoji(groups, "en", new MemoryStore()), chinese = new Emoji(groups, "zh", new MemoryStore())
  assert.equal(chars(english.search("red heart"))[0], "❤️")
  assert.ok(chars(english.search(":lol:")).includes("😆"))
  assert.ok(chars(chinese.search("微笑")).length > 3)
  assert.ok(chars(chinese.search("heart")).includes("❤️"))
  assert.deepEqual(english.search("qqqqq"), [])
  assert.equal(english.groups.length, 9)
  assert.equal(chinese.groups[0].name, "笑脸")
})

test("remembers what was used last, newest first and once", () => {
  const store = new MemoryStore(), emoji = new Emoji(groups, "en", store)
  assert.deepEqual(emoji.recent, [])
  for (const char of [ "👋", "😀", "👋" ]) emoji.used(char)
  assert.deepEqual(chars(new Emoji(groups, "en", store).recent), [ "👋", "😀" ])
  store.setItem("ginchat.emoji", "{")
  assert.deepEqual(emoji.recent, [])
})

test("people are asked for once and an unknown one has a number", async () => {
  let asked = 0
  const people = new People(async id => { asked++; if (id === 9) throw new Error("away"); return [ { id, name: `user ${id}` } ] })
  const [ a, b ] = await Promise.all([ people.get(3), people.get(3) ])
  assert.equal(a, b)
  assert.equal(asked, 1)
  assert.equal((await people.get(9)).name, "#9")
})
