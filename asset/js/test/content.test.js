import { test } from "node:test"
import assert from "node:assert/strict"
import { describe, isEmojiOnly, linkParts, safeAddress, size } from "../models/content.js"

const links = text => linkParts(text).filter(part => part.href).map(part => part.href)

test("links end before what ends the sentence", () => {
  assert.deepEqual(links("see https://example.org/a?b=c#d."), [ "https://example.org/a?b=c#d" ])
  assert.deepEqual(links("(https://example.org)"), [ "https://example.org" ])
  assert.deepEqual(links("https://en.wikipedia.org/wiki/Go_(game) and http://b.c!"), [ "https://en.wikipedia.org/wiki/Go_(game)", "http://b.c" ])
  assert.deepEqual(links("看https://example.org/路，好"), [ "https://example.org/路" ])
  assert.deepEqual(links("javascript:alert(1) data:text/html,x http:// https:///x"), [])
})

test("the parts together are the text", () => {
  const text = "a https://b.c, d https://e.f) <script>"
  assert.equal(linkParts(text).map(part => part.text).join(""), text)
  assert.deepEqual(linkParts(""), [])
})

test("emoji alone are shown large", () => {
  for (const text of [ "👋", "👨‍👩‍👧‍👦 🇫🇷", "❤️", "1️⃣", "👍🏽👍🏽" ]) assert.equal(isEmojiOnly(text), true, text)
  for (const text of [ "", "1", "#1", "hi 👋", "👋👋👋👋👋👋👋" ]) assert.equal(isEmojiOnly(text), false, text)
})

test("only the web and files of this server may be followed", () => {
  for (const url of [ "http://a", "https://a/b", "/mnt/x.png" ]) assert.equal(safeAddress(url), url)
  for (const url of [ "javascript:alert(1)", " https://a", "//evil", "/mnt//evil", "/user/logout", "data:x", "http:///", "" ]) assert.equal(safeAddress(url), "", url)
})

test("other media are named", () => {
  assert.deepEqual(describe({ media: 1, content: "hi" }), { text: "hi", href: "", label: "", args: [] })
  assert.deepEqual(describe({ media: 3, url: "/mnt/v.ogg", amount: 65 }), { text: "", href: "/mnt/v.ogg", label: "voice", args: [ "1:05" ] })
  assert.deepEqual(describe({ media: 10, url: "javascript:x", memo: "a.pdf", amount: 1234567 }).args, [ "a.pdf", "1.2 MB" ])
  assert.equal(describe({ media: 10, url: "javascript:x", memo: "a.pdf" }).href, "")
  assert.deepEqual([ size(0), size(999), size(1500), size(25e6), size(3e12) ], [ "0 B", "999 B", "1.5 KB", "25 MB", "3000 GB" ])
})
