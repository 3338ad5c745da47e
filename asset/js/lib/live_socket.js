import { signedIn } from "./http.js"
import Socket from "./socket.js"

// liveSocket returns this page's connection, not started yet, that heeds what the
// browser says of the network.
export default function liveSocket() {
  const socket = new Socket(`${location.origin.replace(/^http/, "ws")}/chat`, { probe: signedIn })
  addEventListener("online", () => socket.now())
  addEventListener("offline", () => socket.lost())
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && socket.now())
  return socket
}
