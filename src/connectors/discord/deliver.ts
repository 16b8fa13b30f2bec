import { z } from 'zod'
import { ConnectorError, type OutgoingReply, type Sent } from '../contract.ts'
import { type Api, apiOf, ask, type DiscordSession } from './api.ts'
import { Id, Message } from './schemas.ts'
import { Ref } from './translate.ts'

/** Where a reply goes: the channel, and the message it stands under there. */
export type Target = { channelId: string; guildId: string | null; parentId: string | null }

/**
 * Sends one reply with its key as the nonce, which Discord keeps apart for some minutes. Only the
 * person answered is told of it, whatever names stand in the text.
 */
export async function deliver(session: DiscordSession, reply: OutgoingReply): Promise<Sent> {
  const api = apiOf(session)
  const target = await targetOf(api, reply)
  const { authorId } = Ref.parse(reply.replyTo.ref)
  const payload = {
    content: reply.text.normalize('NFC'),
    nonce: reply.key,
    enforce_nonce: true,
    allowed_mentions: { parse: [], users: [authorId], replied_user: true },
    ...(target.parentId === null
      ? {}
      : { message_reference: { message_id: target.parentId, fail_if_not_exists: true } }),
    attachments: reply.media.map(({ alt }, id) => ({
      id,
      filename: nameOf(reply, id),
      ...(alt === '' ? {} : { description: alt.normalize('NFC') }),
    })),
  }
  const call = {
    method: 'POST' as const,
    path: `/channels/${target.channelId}/messages`,
    sends: true,
    ...(reply.media.length === 0 ? { json: payload } : { form: formOf(reply, payload) }),
  }
  return sentOf(await ask(api, call, Message), target)
}

/** The channel of a reply; a private answer to a public message opens the person's private channel. */
export async function targetOf(api: Api, reply: OutgoingReply): Promise<Target> {
  const { channelId, guildId, authorId, kind } = Ref.parse(reply.replyTo.ref)
  const isMove = reply.visibility === 'private' && kind !== 'direct'
  if (!isMove) return { channelId, guildId, parentId: reply.replyTo.remoteId }
  const json = { recipient_id: authorId }
  const call = { method: 'POST' as const, path: '/users/@me/channels', json }
  const { id } = await ask(api, call, z.object({ id: Id })).catch((error: unknown) => {
    // Opening it shows nothing to anybody, so that a lost answer is no unknown outcome.
    if (error instanceof ConnectorError && error.failure.kind === 'unknown-outcome')
      throw new ConnectorError(
        { kind: 'unavailable', detail: error.failure.detail },
        { cause: error },
      )
    throw error
  })
  return { channelId: id, guildId: null, parentId: null }
}

export function sentOf({ id, timestamp }: Message, { channelId, guildId }: Target): Sent {
  const url = guildId === null ? null : `https://discord.com/channels/${guildId}/${channelId}/${id}`
  return { remoteId: id, url, at: timestamp }
}

function formOf(reply: OutgoingReply, payload: unknown): FormData {
  const form = new FormData()
  form.set('payload_json', JSON.stringify(payload))
  for (const [index, { bytes, mime }] of reply.media.entries()) {
    const blob = new Blob([Uint8Array.from(bytes)], { type: mime })
    form.set(`files[${index}]`, blob, nameOf(reply, index))
  }
  return form
}

function nameOf({ media }: OutgoingReply, index: number): string {
  const [, subtype = 'bin'] = (media[index]?.mime ?? '').split('/')
  return `picture-${index + 1}.${subtype.replace(/[^a-z0-9]/g, '')}`
}
