import type { HttpClient } from '../../platform/http.ts'
import { type ConnectField, type Connection, ConnectorError } from '../contract.ts'
import { ask } from './api.ts'
import { DiscordCredential } from './credential.ts'
import { Application, Id, User } from './schemas.ts'

const DISCORD = 'https://discord.com'

export const connectFields: readonly ConnectField[] = [
  { name: 'botToken', secret: true, example: 'MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ…' },
  { name: 'publicKey', secret: false, example: '5c82…, 64 characters', optional: true },
  { name: 'channels', secret: false, example: '381870553235193857', optional: true },
]

/**
 * Connects a bot by its token. `publicKey` is for webhook events, `channels` (ids) for channels in which
 * every message counts. `server`: another server that speaks Discord's API. Throws ConnectorError.
 */
export async function connect(
  fields: Record<string, string>,
  { http, now }: { http: HttpClient; now(): Date },
): Promise<Connection> {
  const token = (fields.botToken ?? '').trim().replace(/^Bot\s+/i, '')
  if (token === '' || /\s/.test(token)) throw wrong('botToken', 'paste the bot’s token here')
  const publicKey = (fields.publicKey ?? '').trim().toLowerCase()
  if (publicKey !== '' && !/^[0-9a-f]{64}$/.test(publicKey))
    throw wrong('publicKey', 'it has 64 characters from 0 to 9 and a to f')
  const channels = (fields.channels ?? '').split(/[\s,;]+/).filter((id) => id !== '')
  const strange = channels.find((id) => !Id.safeParse(id).success)
  if (strange !== undefined)
    throw wrong('channels', `“${strange}” is not the id of a channel, which is a long number`)
  const service = serviceOf(fields.server ?? '')
  const api = { http, service, token, now }
  try {
    await ask(api, { path: '/users/@me' }, User)
    await ask(api, { path: '/applications/@me' }, Application)
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.failure.kind !== 'auth-expired') throw error
    throw wrong('botToken', 'Discord does not accept this token', error)
  }
  const credential = { botToken: token, publicKey: publicKey || null, channels }
  return { service, credential: DiscordCredential.parse(credential) }
}

function serviceOf(typed: string): string {
  const text = typed.trim()
  if (text === '') return DISCORD
  const address = /^https?:\/\//i.test(text) ? text : `https://${text}`
  if (!URL.canParse(address)) throw wrong('server', 'this is not the address of a server')
  return new URL(address).origin
}

function wrong(field: string, why: string, cause?: unknown): ConnectorError {
  return new ConnectorError({ kind: 'rejected', reason: `${field}: ${why}` }, { cause })
}
