import { fillAuthor } from "./markup.js"

// meetAuthors learns from the server's markup who is who.
export function meetAuthors(place, people) {
  for (const node of place.querySelectorAll("article")) {
    const id = Number(node.dataset.userid)
    if (people.knows(id)) continue
    const avatar = node.querySelector(".avatar img")?.getAttribute("src") ?? ""
    people.learn({ id, name: node.querySelector(".message__author").textContent, avatar })
  }
}

// renameAuthor shows what somebody is called now beside what they have written.
export function renameAuthor(place, person) {
  for (const node of place.querySelectorAll(`article[data-userid="${person.id}"]`)) fillAuthor(node, person)
}
