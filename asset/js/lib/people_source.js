import { post } from "./http.js"
import { COMMUNITY, partsOf } from "../models/address.js"

// PeopleSource asks the server who somebody is: all members of the open community
// at once, else one.
export default class PeopleSource {
  #open
  #asked = new Set()

  // open returns the address of the open conversation.
  constructor(open) { this.#open = open }

  // forget makes a community's members be asked for again.
  forget(address) { this.#asked.delete(address) }

  async find(id) {
    const address = this.#open()
    const { kind, dstid } = partsOf(address)
    if (kind === COMMUNITY && !this.#asked.has(address)) {
      this.#asked.add(address)
      const members = (await post("/contact/members", { dstid })).rows.map(named)
      if (members.some(member => member.id === id)) return members
    }
    return [ named((await post("/user/find", { id })).data) ]
  }
}

function named({ id, nickname, remark, avatar }) {
  return { id, name: remark || nickname, avatar: avatar ?? "" }
}
