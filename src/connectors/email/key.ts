import { v7 } from 'uuid'
import { domainOf } from './address.ts'

/** The left side of the Message-ID: chosen and stored before the first attempt. */
export function newKey(now: Date): string {
  return `${v7({ msecs: now.getTime() })}.parley`
}

/** The Message-ID of a key, without brackets. The same at every attempt, as long as the address is. */
export function messageIdOf(key: string, from: string): string {
  return `${key.replace(/[^\w.-]/g, '')}@${domainOf(from)}`
}
