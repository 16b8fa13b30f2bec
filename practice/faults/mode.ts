import { z } from 'zod'
import { getMeta, setMeta } from '../store/access.ts'
import type { Db } from '../store/database.ts'

/** What kind of server this pretends to be. */
export const Mode = z.object({
  version: z.string(),
  /** server-sent events */
  streaming: z.boolean(),
  /** /api/v2/instance and /api/v2/media */
  v2: z.boolean(),
  /** obeys Idempotency-Key */
  idempotency: z.boolean(),
  /** /.well-known/oauth-authorization-server and PKCE (Mastodon 4.3) */
  discovery: z.boolean(),
  /** GET /api/v1/statuses?id[]= (Mastodon 4.3) */
  manyStatuses: z.boolean(),
  /** how failures are worded and numbered */
  errors: z.enum(['mastodon', 'snac', 'gotosocial']),
  /** images too are processed after the upload was answered (202, then 206 until ready) */
  asyncMedia: z.boolean(),
  /** the real limits count: 300 requests in 5 minutes, 30 uploads and 30 deletions in 30 */
  rateLimits: z.boolean(),
})
export type Mode = z.infer<typeof Mode>

export const ModeName = z.enum(['mastodon', 'snac', 'gotosocial', 'old-mastodon'])
export type ModeName = z.infer<typeof ModeName>

const full: Mode = {
  version: '4.3.8',
  streaming: true,
  v2: true,
  idempotency: true,
  discovery: true,
  manyStatuses: true,
  errors: 'mastodon',
  asyncMedia: false,
  rateLimits: false,
}
const bare: Mode = {
  ...full,
  streaming: false,
  v2: false,
  idempotency: false,
  discovery: false,
  manyStatuses: false,
}

export const modes: Record<ModeName, Mode> = {
  mastodon: full,
  snac: { ...bare, version: '2.7.2 (compatible; snac/2.75)', errors: 'snac' },
  gotosocial: { ...bare, version: '0.19.1+git-0000000', v2: true, errors: 'gotosocial' },
  'old-mastodon': { ...full, version: '3.0.1', v2: false, discovery: false, manyStatuses: false },
}

const key = 'mode'

/** Reads and changes the mode; it is kept on disk. */
export function createModes(db: Db, initial: ModeChange): Modes {
  const stored = getMeta(db, key)
  let mode = Mode.parse({ ...full, ...initial, ...(stored ? JSON.parse(stored) : {}) })
  return {
    get: () => mode,
    set(change) {
      const given = Object.entries(change).filter(([, value]) => value !== undefined)
      mode = Mode.parse({ ...mode, ...Object.fromEntries(given) })
      setMeta(db, key, JSON.stringify(mode))
      return mode
    },
  }
}

/** What is left out, or undefined, stays. */
export type ModeChange = { [Key in keyof Mode]?: Mode[Key] | undefined }
export type Modes = { get: () => Mode; set: (change: ModeChange) => Mode }
