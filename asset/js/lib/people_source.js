import { post } from "./http.js"
import { COMMUNITY, PRIVATE, partsOf } from "../models/address.js"

// PeopleSource asks the server who somebody is: all members of the open community
// at once, else one. Of friends it knows what the user calls them.
export default class PeopleSource {
  #open
  #asked = new Set()
  #friends = null

  // open returns the address of the open conversation.
  constructor(open) { this.#open = open }

  // forget makes what belongs to an address be asked for again.
  forget(address) {
    this.#asked.delete(address)
    if (partsOf(address).kind === PRIVATE) this.#friends = null
  }

  // friends asks for all friends, as they are now.
  async friends() {
    this.#friends = post("/contact/loadfriend").catch(error => {
      this.#friends = null
      throw error
    })
    return (await this.#friends).rows
  }

  async find(id) {
    const address = this.#open()
    const { kind, dstid } = partsOf(address)
    if (kind === COMMUNITY && !this.#asked.has(address)) {
      this.#asked.add(address)
      const members = (await post("/contact/members", { dstid })).rows.map(named)
      if (members.some(member => member.id === id)) return members
    }
    const friends = this.#friends ? (await this.#friends).rows : await this.friends()
    const friend = friends.find(row => row.id === id)
    return [ named(friend ?? (await post("/user/find", { id })).data) ]
  }
}

function named({ id, nickname, remark, avatar }) {
  return { id, name: remark || nickname, avatar: avatar ?? "" }
}
