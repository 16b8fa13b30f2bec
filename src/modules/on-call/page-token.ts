import { createHash, randomBytes } from 'node:crypto'
import { WorkspaceId } from '../../../contract/ids.ts'

/** How long the link in a mail acknowledges. */
export const tokenHours = 24

/**
 * What stands in the link of a mail: the workspace, so that no other's rows need be looked through, and 32
 * random bytes, in base64url. Only its SHA-256 is kept.
 */
export function newPageToken(workspaceId: WorkspaceId, now: Date) {
  const place = Buffer.from(workspaceId.replaceAll('-', ''), 'hex')
  const bytes = Buffer.concat([place, randomBytes(32)])
  const endsAt = new Date(now.getTime() + tokenHours * 3_600_000)
  return { token: bytes.toString('base64url'), hash: hashOf(bytes), endsAt }
}

/** Where to look for it; undefined when it is none of ours. */
export function readPageToken(
  token: string,
): { workspaceId: WorkspaceId; hash: Buffer } | undefined {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== 48) return undefined
  const hex = bytes.subarray(0, 16).toString('hex')
  const id = WorkspaceId.safeParse(
    hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  )
  return id.success ? { workspaceId: id.data, hash: hashOf(bytes) } : undefined
}

function hashOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
