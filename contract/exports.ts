import { z } from 'zod'
import { Time } from './http.ts'
import { ExportId } from './ids.ts'

/** `POST /api/v1/exports` and what becomes of it: everything of the workspace in one archive. */
export const Export = z.object({
  id: ExportId,
  /** `ready`: it can be fetched until `expiresAt`. `removed`: the file is gone. */
  state: z.enum(['waiting', 'writing', 'ready', 'failed', 'removed']),
  /** Why it failed; null unless it did. */
  problem: z.string().nullable(),
  askedBy: z.string(),
  createdAt: Time,
  finishedAt: Time.nullable(),
  expiresAt: Time.nullable(),
  /** How far it is; `rowsTotal` is null until they are counted. */
  rowsDone: z.int(),
  rowsTotal: z.int().nullable(),
  /** Size of the archive, once it is there. */
  bytes: z.int().nullable(),
  /** Where to fetch it; null unless it is ready. */
  path: z.string().nullable(),
})
export type Export = z.infer<typeof Export>

/** `POST /api/v1/setup/import`: how large the archive is that will be sent. Of a fresh instance only. */
export const ImportInput = z.object({ bytes: z.int().min(1).max(1e15) })
export type ImportInput = z.infer<typeof ImportInput>

/** Largest piece of `PUT /api/v1/setup/import/{id}`, in bytes. */
export const importChunkBytes = 8 * 1024 * 1024

/** Who can let themselves in after an import: the link opens the page for a new password. */
export const ReturnLink = z.object({ name: z.string(), email: z.string(), link: z.string() })

/** What an import brought, and what has to be connected again. */
export const ImportResult = z.object({
  business: z.string(),
  rows: z.int(),
  media: z.int(),
  owners: z.array(ReturnLink),
  /** Accounts, webhooks, keys and sign-in services that were at work, by name. */
  again: z.object({
    accounts: z.array(z.string()),
    webhooks: z.array(z.string()),
    keys: z.array(z.string()),
    providers: z.array(z.string()),
  }),
  /** Replies that were on their way: somebody has to look whether they arrived. */
  undecided: z.int(),
  auditOk: z.boolean(),
})
export type ImportResult = z.infer<typeof ImportResult>

/** An import from its first byte to its end. Whoever holds the id may see it. */
export const ImportState = z.object({
  id: z.string(),
  stage: z.enum(['sending', 'importing', 'done', 'failed']),
  /** Bytes that arrived, of so many. */
  received: z.int(),
  bytes: z.int(),
  rowsDone: z.int(),
  rowsTotal: z.int().nullable(),
  /** Why it failed, in a sentence; nothing was changed then. */
  problem: z.string().nullable(),
  result: ImportResult.nullable(),
})
export type ImportState = z.infer<typeof ImportState>
