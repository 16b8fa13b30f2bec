import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Json, NetworkMessage } from '../contract.ts'
import { AnyJson, goneEvent, statusEvent } from './raw.ts'
import { translate } from './translate.ts'

const me = { remoteId: '109000000000000001', handle: 'cafenea@shop.example' }

describe('translating what servers send', () => {
  it('reads a mention of Mastodon with everything that it can carry', () => {
    expect(messageFrom('mastodon-mention')).toEqual({
      kind: 'message',
      remoteId: '115304481273390712',
      version: '2026-10-02T09:20:00.000Z',
      author: {
        remoteId: 'ioana@social.example.org',
        handle: 'ioana@social.example.org',
        displayName: 'Ioana Șerban :verified:',
        avatarUrl: 'https://files.shop.example/cache/avatars/110971634.png',
        profileUrl: 'https://social.example.org/@ioana',
      },
      mine: false,
      text: [
        '@cafenea@shop.example Unde e comanda mea? Detalii: https://www.example.org/comenzi/2026/10/02/o-adresa-foarte-lunga?id=7&x=1',
        '',
        'Mulțumesc & o zi bună,',
        'Ioana #cafea',
      ].join('\n'),
      html: expect.stringContaining('<p>'),
      contentWarning: 'food photo',
      language: 'ro',
      visibility: 'unlisted',
      createdAt: new Date('2026-10-02T09:14:30Z'),
      editedAt: new Date('2026-10-02T09:20:00Z'),
      url: 'https://social.example.org/@ioana/115304480000000000',
      parentId: '115304470011223344',
      rootId: undefined,
      quotedId: '115304470000000001',
      media: [
        {
          kind: 'image',
          url: 'https://files.shop.example/cache/media/original/1.jpeg',
          previewUrl: 'https://files.shop.example/cache/media/small/1.jpeg',
          alt: 'O cutie spartă',
          width: 1200,
          height: 900,
        },
        {
          kind: 'video',
          url: 'https://files.shop.example/cache/media/original/2.mp4',
          previewUrl: null,
          alt: null,
          width: null,
          height: null,
        },
      ],
      ref: {
        acct: 'ioana@social.example.org',
        mentions: ['radu@social.example.org'],
        visibility: 'unlisted',
      },
    })
  })

  it('reads a direct message of GoToSocial as private, without an address, with lists as lines', () => {
    const shop = { remoteId: '01HZX00000000000000000SH0P', handle: 'shop@gts.example' }
    const message = messageFrom('gotosocial-direct', shop)
    expect(message).toMatchObject({
      visibility: 'private',
      url: null,
      rootId: null,
      parentId: null,
      author: { handle: 'mihai@gts.example', displayName: 'mihai@gts.example', avatarUrl: null },
      ref: { acct: 'mihai', mentions: [], visibility: 'direct' },
    })
    expect(message.text).toBe(
      '@shop@gts.example hello, my order is #4417\n\n- one cup\n- two spoons',
    )
  })

  it('reads a post of Pleroma: unknown files, local audience, its own quotes, bare text', () => {
    const message = messageFrom('pleroma-mention', { remoteId: 'Ab1', handle: 'shop@pl.example' })
    expect(message.text).toBe("@shop@pl.example you're great <3\nsee this")
    expect(message).toMatchObject({
      visibility: 'unlisted',
      quotedId: 'AnP6000000000000001',
      media: [{ kind: 'other', alt: null }],
      ref: { visibility: 'local' },
    })
  })

  it('reads a post of snac, which leaves out half of the fields', () => {
    const shop = { remoteId: '900150983cd24fb0d6963f7d28e17f72', handle: 'shop@snac.example' }
    expect(messageFrom('snac-mention', shop)).toMatchObject({
      text: '@shop@snac.example are you open today?',
      version: 'original',
      editedAt: null,
      language: null,
      parentId: null,
      rootId: null,
      visibility: 'public',
    })
  })

  it('knows its own posts by id and by name', () => {
    const status = fixture('mastodon-mention', 'status')
    const { raw } = statusEvent({ id: '1', version: 'original' }, status)
    const ioana = { remoteId: '110971634', handle: 'x@y.z' }
    expect(translate(raw, ioana)).toMatchObject({ mine: true })
    const byName = { remoteId: 'other', handle: 'ioana@social.example.org' }
    expect(translate(raw, byName)).toMatchObject({ mine: true })
  })

  it('takes the root from a thread that was read whole', () => {
    const status = fixture('mastodon-mention', 'status')
    const { raw } = statusEvent({ id: '1', version: 'original' }, status, '115300000000000000')
    expect(translate(raw, me)).toMatchObject({ rootId: '115300000000000000' })
  })

  it('ignores what is not said to us, and follows deletions', () => {
    const like = { type: 'notification', notification: { id: '1', type: 'favourite' } }
    expect(translate(like, me).kind).toBe('ignored')
    const gone = { type: 'notification', notification: { id: '2', type: 'mention', status: null } }
    expect(translate(gone, me).kind).toBe('ignored')
    const at = new Date('2026-10-02T12:00:00Z')
    expect(translate(goneEvent('77', at).raw, me)).toEqual({ kind: 'deleted', remoteId: '77', at })
  })

  it('takes an edit it is told of when the post names us, and no other', () => {
    const status = fixture('mastodon-mention', 'status')
    const update = { type: 'notification', notification: { id: '3', type: 'update', status } }
    expect(translate(update, me)).toMatchObject({
      kind: 'message',
      version: '2026-10-02T09:20:00.000Z',
    })
    const other = { remoteId: '5', handle: 'bakery@shop.example' }
    expect(translate(update, other).kind).toBe('ignored')
  })

  it('throws on what it does not understand', () => {
    for (const raw of [
      null,
      7,
      {},
      { type: 'notification', notification: { id: '1', type: 'mention', status: 7 } },
    ])
      expect(() => translate(raw, me)).toThrow(Error)
  })
})

function fixture(name: string, part?: string): Json {
  const json = AnyJson.parse(
    JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')),
  )
  if (part === undefined) return json
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('no object')
  return json[part] ?? null
}

function messageFrom(name: string, account = me): NetworkMessage {
  const event = translate({ type: 'notification', notification: fixture(name) }, account)
  if (event.kind !== 'message') throw new Error(`${name} is ${event.kind}`)
  return event
}
