import { v7 } from 'uuid'

/** A key for `Idempotency-Key`: a UUIDv7, which carries its own age. */
export function newKey(now: Date): string {
  return v7({ msecs: now.getTime() })
}

/** How old a key is in ms; null when it is none of ours. */
export function keyAgeMs(key: string, now: Date): number | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(key)
  return match ? now.getTime() - Number.parseInt(`${match[1]}${match[2]}`, 16) : null
}
