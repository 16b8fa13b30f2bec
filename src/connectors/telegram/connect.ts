import type { HttpClient } from '../../platform/http.ts'
import { type ConnectField, type Connection, ConnectorError } from '../contract.ts'
import { ask } from './api.ts'
import { BotToken, ReceiveBy, TelegramCredential } from './credential.ts'
import { Me } from './schemas.ts'

const cloud = 'https://api.telegram.org'

export const connectFields: readonly ConnectField[] = [
  { name: 'token', secret: true, example: '110201543:AAHdqTcv…' },
  { name: 'receive', secret: false, example: 'polling', optional: true },
  { name: 'server', secret: false, example: cloud, optional: true },
]

/** Connects a bot by the token that BotFather gave. Throws ConnectorError. */
export async function connect(
  fields: Record<string, string>,
  { http, now }: { http: HttpClient; now(): Date },
): Promise<Connection> {
  const token = BotToken.safeParse((fields.token ?? '').trim())
  if (!token.success) throw wrong('token', 'paste the whole token that BotFather gave you')
  const receiveBy = ReceiveBy.safeParse(fields.receive?.trim().toLowerCase() || 'polling')
  if (!receiveBy.success) throw wrong('receive', 'write polling or webhook')
  const service = serviceOf(fields.server?.trim() || cloud)
  try {
    await ask({ http, service, token: token.data, now }, { method: 'getMe' }, Me)
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.failure.kind !== 'auth-expired') throw error
    throw wrong('token', 'Telegram does not know a bot with this token')
  }
  const credential = TelegramCredential.parse({ token: token.data, receiveBy: receiveBy.data })
  return { service, credential }
}

function serviceOf(typed: string): string {
  const address = /^https?:\/\//i.test(typed) ? typed : `https://${typed}`
  if (!URL.canParse(address)) throw wrong('server', `write its address, for example ${cloud}`)
  const { protocol, host } = new URL(address)
  return `${protocol}//${host}`
}

function wrong(field: string, why: string): ConnectorError {
  return new ConnectorError({ kind: 'rejected', reason: `${field}: ${why}` })
}
