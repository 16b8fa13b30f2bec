import { v7 } from 'uuid'

/** Telegram takes no key with a message: this one is for our own books only. */
export function newKey(now: Date): string {
  return v7({ msecs: now.getTime() })
}
