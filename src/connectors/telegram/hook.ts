import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Hook, HookRequest, HookResult, Json } from '../contract.ts'
import { apiOf, ask, type TelegramSession } from './api.ts'
import type { TelegramCredential } from './credential.ts'
import { eventOf, wanted } from './receive.ts'
import { UpdateHead, WebhookInfo } from './schemas.ts'

/** Telegram brings updates to an address by `setWebhook`, and proves itself by a secret in a header. */
export const hook: Hook<TelegramCredential> = {
  use: ({ receiveBy }) => (receiveBy === 'webhook' ? 'instead' : 'none'),
  open,
  close,
  take,
}

async function open(session: TelegramSession, address: string): Promise<void> {
  const json = {
    url: address,
    secret_token: secretOf(session.credential),
    allowed_updates: wanted,
    max_connections: 20,
  }
  await ask(apiOf(session), { method: 'setWebhook', json }, z.literal(true))
}

/** What waits at Telegram stays there, to be asked for. */
async function close(session: TelegramSession): Promise<void> {
  const api = apiOf(session)
  const { url } = await ask(api, { method: 'getWebhookInfo' }, WebhookInfo)
  if (url !== '') await ask(api, { method: 'deleteWebhook', json: {} }, z.literal(true))
}

function take(
  { headers, body }: HookRequest,
  { credential }: { credential: TelegramCredential },
): HookResult {
  const given = headers['x-telegram-bot-api-secret-token'] ?? ''
  if (!isSame(given, secretOf(credential)))
    return { kind: 'refused', why: 'The secret that Telegram sends with every message is missing.' }
  const update = parseUpdate(body)
  if (update === undefined) return { kind: 'unreadable', why: 'This is not an update of Telegram.' }
  return { kind: 'taken', events: [eventOf(update)], answer: { status: 200 } }
}

/** The same for as long as the token is: nothing more to keep, and a new token has a new one. */
export function secretOf({ token }: Pick<TelegramCredential, 'token'>): string {
  return createHmac('sha256', token).update('parley webhook').digest('base64url')
}

function isSame(given: string, right: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest()
  return timingSafeEqual(digest(given), digest(right))
}

function parseUpdate(body: Uint8Array): Json | undefined {
  try {
    const json: Json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return UpdateHead.safeParse(json).success ? json : undefined
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}
