import { AuditEntry } from '../../../contract/members.ts'
import type { StoredEntry } from './store.ts'

export function viewEntry(entry: StoredEntry): AuditEntry {
  const { seq, at, actor, actorName, act, subject } = entry
  const detail = AuditEntry.shape.detail.parse(entry.detail)
  return { seq, at, actor, actorName, act, subject, detail, hash: entry.hash.toString('hex') }
}

/** One line of the export: all that the hash is made of, and the hash. */
export function exportLine(entry: StoredEntry): string {
  const { workspaceId, hash, previousHash } = entry
  const fields = { workspaceId, ...viewEntry(entry), previousHash: previousHash.toString('hex') }
  return `${JSON.stringify({ ...fields, hash: hash.toString('hex') })}\n`
}
