import { continues } from "../models/calendar.js"

// timeOf returns when what an element of the timeline shows was sent.
export function timeOf(node) {
  if (node.matches(".mark--new")) return timeOf(node.previousElementSibling)
  return Number(node.dataset.time ?? node.dataset.day)
}

// group puts a message under the head of the one before, or gives it its own.
export function group(node, previous) {
  if (node?.matches(".message")) node.classList.toggle("message--continued", continues(headOf(previous), headOf(node)))
}

function headOf(node) {
  return node?.matches(".message") ? { userid: node.dataset.userid, time: timeOf(node) } : undefined
}
