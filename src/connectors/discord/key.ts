import { randomInt } from 'node:crypto'

/** A nonce may have 25 characters: 9 of time (good until the year 5188), 16 of chance. */
const TIME_LENGTH = 9
const CHANCE_LENGTH = 16

/** A nonce for one send, which carries its own age. */
export function newKey(now: Date): string {
  const time = now.getTime().toString(36).padStart(TIME_LENGTH, '0')
  const chance = Array.from({ length: CHANCE_LENGTH }, () => randomInt(36).toString(36))
  return time + chance.join('')
}

/** How old a key is in ms; null when it is none of ours. */
export function keyAgeMs(key: string, now: Date): number | null {
  if (!/^[0-9a-z]{25}$/.test(key)) return null
  return now.getTime() - Number.parseInt(key.slice(0, TIME_LENGTH), 36)
}
