import { randomInt } from 'node:crypto'

const ALPHABET = '234567abcdefghijklmnopqrstuvwxyz'
let last = 0n

/**
 * A record key in the form Bluesky's own apps use, a TID (atproto.com/specs/tid): microseconds since
 * 1970 and 10 bits that tell writers apart, 13 characters that sort by time. Grows within a process;
 * between processes the random microseconds and bits keep keys apart.
 */
export function newKey(now: Date): string {
  const micros = BigInt(now.getTime()) * 1000n + BigInt(randomInt(1000))
  last = micros > last ? micros : last + 1n
  return encode(last, BigInt(randomInt(1024)))
}

/** The smallest TID of a moment: where a log ordered by TID begins. */
export function tidAt(time: Date): string {
  return encode(BigInt(time.getTime()) * 1000n, 0n)
}

function encode(micros: bigint, writer: bigint): string {
  let rest = (micros << 10n) | writer
  let key = ''
  for (let i = 0; i < 13; i++) {
    key = (ALPHABET[Number(rest & 31n)] ?? '') + key
    rest >>= 5n
  }
  return key
}
