import { createHash } from 'node:crypto'
import type { WorkspaceId } from '../../../contract/ids.ts'
import { cleanText } from '../../platform/fold-text.ts'

/** What may stand in an act's detail. `undefined` members are left out, as JSON does. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json | undefined }

/** One link of the chain. `at`: ISO 8601 in UTC with microseconds, as the database keeps it. */
export type Entry = {
  workspaceId: WorkspaceId
  seq: number
  at: string
  actor: string
  actorName: string
  act: string
  subject: string
  detail: unknown
  previousHash: Buffer
}

/** The hash that the first entry of every workspace follows. */
export const noHash = Buffer.alloc(32)

/**
 * SHA-256 over the canonical JSON (keys sorted, no spaces) of all fields of the entry, `previousHash`
 * in hex among them. Anyone can recompute it from an exported line without its `hash`.
 */
export function hashEntry(entry: Entry): Buffer {
  const { workspaceId, seq, at, actor, actorName, act, subject, detail } = entry
  const previousHash = entry.previousHash.toString('hex')
  const fields = { workspaceId, seq, at, actor, actorName, act, subject, detail, previousHash }
  return createHash('sha256').update(canonicalJson(fields)).digest()
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

const secretNames =
  /^(password|passphrase|token|secret|credential|credentials|authorization|cookie|key|apiKey|accessToken|refreshToken)$/i

/**
 * Detail as it goes into the row: text that PostgreSQL cannot keep is replaced,
 * so that what is hashed is what is read back.
 * @throws Error when a field is named like a secret: those belong in the vault, never here
 */
export function cleanDetail(detail: JsonObject): string {
  return JSON.stringify(detail, (name, value: unknown) => {
    if (secretNames.test(name)) throw new Error(`audit detail may not hold "${name}"`)
    return isObject(value) ? withCleanNames(value) : cleanValue(value)
  })
}

function cleanValue(value: unknown): unknown {
  return typeof value === 'string' ? cleanText(value) : value
}

function withCleanNames(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [cleanText(name), part]))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
