const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1
  return n >>> 0
})

// crc32 is CRC-32 (IEEE) of the UTF-8 of text.
export function crc32(text) {
  let crc = 0xffffffff
  for (const byte of new TextEncoder().encode(text)) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

// frameCrc is the crc field of a frame: it covers content and url.
export default function frameCrc(content, url = "") {
  return crc32(`${content}\n${url}`)
}
