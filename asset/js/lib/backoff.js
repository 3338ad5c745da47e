const FIRST = 500
const LONGEST = 30000

// delayOf returns how many milliseconds to wait before attempt n (0, 1, 2 …):
// twice as long each time, and spread over half of it so that the clients of a
// node that died do not all come back at once.
export default function delayOf(attempt, random = Math.random) {
  const longest = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 10))
  return Math.round(longest * (0.5 + random() / 2))
}
