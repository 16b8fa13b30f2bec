import { createHmac, timingSafeEqual } from 'node:crypto'
import { parse, stringify } from 'uuid'
import { ChannelId, WorkspaceId } from '../../../contract/ids.ts'
import { deriveKey } from '../../platform/crypto.ts'
import type { ChannelDeps } from './deps.ts'

/** A channel that a network brings events to. */
export type HookPlace = { workspaceId: WorkspaceId; channelId: ChannelId }
type Deps = Pick<ChannelDeps, 'keyring' | 'publicUrl'>

const idBytes = 16
const markBytes = 16

/**
 * The address at which a network reaches one channel; null when Parley has no public https address. Its
 * last part holds both ids and a mark that only this instance can make, so a guessed one costs no query.
 */
export function hookAddress(deps: Deps, place: HookPlace): string | null {
  if (!isReachable(deps)) return null
  const ids = Buffer.concat([parse(place.workspaceId), parse(place.channelId)])
  const part = Buffer.concat([ids, markOf(deps, ids)]).toString('base64url')
  return `${deps.publicUrl}/hooks/${part}`
}

/** The channel that a last part of an address stands for; null for any that was not made here. */
export function readHookPath(deps: Pick<Deps, 'keyring'>, part: string): HookPlace | null {
  const bytes = Buffer.from(part, 'base64url')
  if (bytes.byteLength !== 2 * idBytes + markBytes) return null
  const ids = bytes.subarray(0, 2 * idBytes)
  if (!timingSafeEqual(bytes.subarray(2 * idBytes), markOf(deps, ids))) return null
  return {
    workspaceId: WorkspaceId.parse(stringify(ids.subarray(0, idBytes))),
    channelId: ChannelId.parse(stringify(ids.subarray(idBytes))),
  }
}

/** Networks bring events only by https. */
export function isReachable({ publicUrl }: Pick<Deps, 'publicUrl'>): boolean {
  return publicUrl?.startsWith('https://') ?? false
}

function markOf({ keyring }: Pick<Deps, 'keyring'>, ids: Uint8Array): Buffer {
  const key = deriveKey(keyring, 'hooks')
  return createHmac('sha256', key).update(ids).digest().subarray(0, markBytes)
}
