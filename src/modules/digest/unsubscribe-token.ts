import { createHmac } from 'node:crypto'
import { MemberId, WorkspaceId } from '../../../contract/ids.ts'
import { constantTimeEqual, deriveKey, type Keyring } from '../../platform/crypto.ts'
import type { Subscriber } from './store.ts'

/**
 * Ends one member's digest and opens nothing else, so it may stand in mails for ever: both ids and 16
 * bytes of HMAC-SHA256 over them, in base64url.
 */
export function unsubscribeToken(keyring: Keyring, { workspaceId, memberId }: Subscriber): string {
  const ids = Buffer.from(`${workspaceId}${memberId}`.replaceAll('-', ''), 'hex')
  return Buffer.concat([ids, sign(keyring, ids)]).toString('base64url')
}

/** Whose digest it ends; undefined when it is none of ours. */
export function readUnsubscribeToken(keyring: Keyring, token: string): Subscriber | undefined {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== 48) return undefined
  const ids = bytes.subarray(0, 32)
  const given = bytes.subarray(32).toString('hex')
  if (!constantTimeEqual(given, sign(keyring, ids).toString('hex'))) return undefined
  return {
    workspaceId: WorkspaceId.parse(uuidOf(ids.subarray(0, 16))),
    memberId: MemberId.parse(uuidOf(ids.subarray(16))),
  }
}

function sign(keyring: Keyring, ids: Buffer): Buffer {
  const key = deriveKey(keyring, 'digest-unsubscribe')
  return createHmac('sha256', key).update(ids).digest().subarray(0, 16)
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
