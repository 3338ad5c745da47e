// Clones of the server's markup, filled by textContent alone.
import text, { errorText, isolated } from "../lib/texts.js"
import { pageOf } from "../models/address.js"
import { describe, isEmojiOnly, linkParts } from "../models/content.js"

export function clone(id) {
  return document.getElementById(id).content.cloneNode(true)
}

export function cloneOf(id, selector) {
  return document.getElementById(id).content.querySelector(selector).cloneNode(true)
}

// fillAvatar shows a picture, or the initial on the colour that belongs to the id.
export function fillAvatar(avatar, { id, name, avatar: url }) {
  avatar.className = avatar.className.replace(/ ?avatar--\d/, "")
  if (url) {
    const image = document.createElement("img")
    image.src = url
    image.alt = ""
    avatar.replaceChildren(image)
  } else {
    avatar.classList.add(`avatar--${id % 8}`)
    const letter = name.match(/[\p{L}\p{N}]/u)?.[0] ?? [ ...name ][0] ?? "?"
    avatar.textContent = letter.toUpperCase()
  }
}

// messageNode makes the element of a message; author comes when it is known.
export function messageNode(entry, { mine, clock }) {
  const node = cloneOf("blank-message", "article")
  const { text: words, href, label, args } = describe(entry)
  node.classList.toggle("message--mine", mine)
  node.classList.toggle("message--emoji", !label && isEmojiOnly(words))
  Object.assign(node.dataset, { seq: entry.seq ?? "", msgid: entry.msgid, userid: entry.userid, time: entry.time })
  const time = node.querySelector("time")
  time.dateTime = new Date(entry.time).toISOString()
  time.textContent = clock
  fillWords(node.querySelector(".message__text"), words)
  fillAttached(node.querySelector(".message__attached"), { href, label, args })
  return node
}

// presenceWords says whether somebody is online, and when they were last if not;
// "" where nothing is known.
export function presenceWords(known, calendar) {
  if (known?.online === 1) return text("presence.online")
  if (known?.online !== 0) return ""
  return known.seen ? text(...calendar.lastSeen(known.seen)) : text("presence.offline")
}

function fillWords(place, words) {
  if (!words) return place.remove()
  place.replaceChildren(...linkParts(words).map(part => part.href ? linkTo(part.href, part.text) : part.text))
}

function fillAttached(place, { href, label, args }) {
  if (!label) return place.remove()
  const holder = href ? linkTo(href, "") : document.createElement("span")
  holder.append(...attachedParts(label, args))
  place.replaceChildren(holder)
}

function linkTo(href, words) {
  const link = document.createElement("a")
  Object.assign(link, { href, target: "_blank", rel: "noopener noreferrer", textContent: words })
  return link
}

// attachedParts names what is attached; the texts take a name and a detail.
export function attachedParts(label, args) {
  return isolated(`chat.media.${label}`, ...(args.length === 1 && /^\d+:\d\d$/.test(args[0]) ? [ "", ...args ] : args))
}

export function fillAuthor(node, person) {
  node.querySelector(".message__author").textContent = person.name
  fillAvatar(node.querySelector(".message__avatar .avatar"), person)
}

// showState puts one of waiting, stored and refused beside a message's time.
export function showState(node, state) {
  node.querySelector(".message__state")?.remove()
  node.querySelector(".message__meta").append(cloneOf("blank-states", `[data-state="${state}"]`))
}

// showRefusal adds why a message was refused and what can be done about it.
export function showRefusal(node, reason) {
  hideRefusal(node)
  const refusal = cloneOf("blank-states", ".message__refused")
  refusal.querySelector(".message__reason").textContent = errorText(reason)
  node.append(refusal)
}

export function hideRefusal(node) { node.querySelector(".message__refused")?.remove() }

// olderLink leads to older messages.
export function olderLink(address) {
  const link = document.createElement("a")
  Object.assign(link, { className: "timeline__older", href: pageOf(address), textContent: text("chat.older") })
  return link
}

export function markNode(kind, ...parts) {
  const node = cloneOf("blank-mark", ".mark")
  node.className = `mark mark--${kind}`
  delete node.dataset.day
  node.firstElementChild.replaceChildren(...parts)
  return node
}

// changeParts tells of a cmd-12 entry; people names who did it to whom.
export function changeParts(entry, people) {
  return isolated(`chat.op.${changeName(entry)}`, people.nameOf(entry.userid), people.nameOf(entry.memberid), entry.content)
}

const OPS = new Set([ "join", "leave", "kick", "rename", "update", "role", "mute", "dissolve" ])

function changeName({ op, userid, memberid, content, amount }) {
  if (!OPS.has(op)) return "other"
  if (op === "join" && memberid && memberid !== userid) return "invited"
  if (op === "mute" && !amount) return "unmute"
  if (op === "role") return content === "owner" || content === "admin" ? `role_${content}` : "role_member"
  return op
}

// previewParts is one line about an entry, for the list.
export function previewParts(entry, { people, self, community }) {
  if (entry.op) return changeParts(entry, people)
  const { text: words, label, args } = describe(entry)
  const line = words.split(/\s+/).filter(Boolean).join(" ").slice(0, 100)
  const parts = label ? [ ...attachedParts(label, args), ` ${line}` ] : [ line ]
  if (!community) return parts
  const who = document.createElement("bdi")
  who.textContent = entry.userid === self ? text("chat.you") : people.nameOf(entry.userid)
  return [ who, ": ", ...parts ]
}
