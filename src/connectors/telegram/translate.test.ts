import type { Message as ApiMessage, Update as ApiUpdate } from '@grammyjs/types'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Json, NetworkMessage } from '../contract.ts'
import { entitiesToHtml } from './entities.ts'
import { eventOf } from './receive.ts'
import { translate } from './translate.ts'

const me = { remoteId: '110201543', handle: 'corner_shop_bot' }
const ana = { id: 7001, is_bot: false, first_name: 'Ana', last_name: 'Pop', username: 'ana_m' }
const date = 1_795_000_000
const group = { id: -100_150, type: 'supergroup' as const, title: 'Talk', username: 'talk' }
const closed = { id: -100_160, type: 'supergroup' as const, title: 'Closed' }
const forum = { ...group, is_forum: true as const }
const small = { id: -45, type: 'group' as const, title: 'Regulars' }
const chat = { id: 7001, type: 'private' as const, first_name: 'Ana', username: 'ana_m' }

/** Updates in the words of the specification's own types, as they are on the wire. */
function told(update: Omit<ApiUpdate, 'update_id'>): NetworkMessage | string {
  const raw: Json = JSON.parse(JSON.stringify({ update_id: 5, ...update }))
  const event = translate(raw, me)
  if (event.kind === 'message') return event
  return event.kind === 'ignored' ? `ignored: ${event.why}` : event.kind
}
const text = (words: string, more: Partial<ApiMessage.TextMessage> = {}) =>
  told({
    message: {
      message_id: 9,
      from: ana,
      chat,
      date,
      text: words,
      ...more,
    } as ApiMessage.TextMessage & NonNullable<ApiUpdate['message']>,
  })

describe('messages of Telegram', () => {
  it('makes one conversation of a private chat, readable nowhere else', () => {
    expect(text('Bună')).toMatchObject({
      remoteId: '7001:9',
      rootId: 'chat:7001',
      parentId: null,
      visibility: 'private',
      url: null,
      author: { remoteId: '7001', handle: 'ana_m', displayName: 'Ana Pop' },
      createdAt: new Date(date * 1000),
      ref: { chat: 7001, message: 9, type: 'private', topic: null },
    })
  })

  it('makes a thread of what a group answers, by Telegram’s word or by the message answered', () => {
    const parent = { message_id: 3, chat: group, date, from: ana, text: 'x' } as never
    const first = text('?', { chat: group })
    expect(first).toMatchObject({ rootId: null, url: 'https://t.me/talk/9', visibility: 'public' })
    const threaded = { chat: group, message_thread_id: 3, reply_to_message: parent }
    expect(text('!', threaded)).toMatchObject({ rootId: '-100150:3', parentId: '-100150:3' })
    expect(text('!', { chat: small, reply_to_message: parent })).toMatchObject({
      rootId: undefined,
      parentId: '-45:3',
      url: null,
      visibility: 'followers',
    })
  })

  it('keeps the topics of a forum apart', () => {
    const opening = { message_id: 70, chat: forum, date, forum_topic_created: {} } as never
    const more = { is_topic_message: true as const, message_thread_id: 70 }
    expect(text('a', { chat: forum, ...more, reply_to_message: opening })).toMatchObject({
      rootId: '-100150:topic:70',
      parentId: null,
      ref: { topic: 70 },
    })
  })

  it('gives an address that members can open for a closed supergroup', () => {
    expect(text('a', { chat: closed })).toMatchObject({ url: 'https://t.me/c/160/9' })
  })

  it('knows an edit as a later version of the same message', () => {
    const message = { message_id: 9, from: ana, chat, date, text: 'two', edit_date: date + 60 }
    const edited = told({ edited_message: message })
    expect(edited).toMatchObject({
      remoteId: '7001:9',
      version: `edited:${date + 60}`,
      editedAt: new Date((date + 60) * 1000),
    })
    const raw = z.json().parse({ update_id: 6, edited_message: message })
    expect(eventOf(raw).id).toBe(`edited:7001:9:${date + 60}:6`)
  })

  it('passes over what nobody needs to answer', () => {
    expect(text('/start')).toMatch(/^ignored: somebody opened/)
    expect(text('/start ref42')).toMatch(/^ignored/)
    expect(text('/starter pack?')).toMatchObject({ text: '/starter pack?' })
    expect(text('hi', { chat: group, sender_chat: group as never })).toMatch(/administrator/)
    expect(text('post', { chat: group, is_automatic_forward: true })).toMatch(/own channel/)
    const joined = { message_id: 1, from: ana, chat: group, date, new_chat_members: [ana] }
    expect(told({ message: joined as never })).toBe('ignored: a service message')
    expect(told({})).toBe('ignored: not a message')
  })

  it('shows a picture without the bot’s token anywhere', () => {
    const photo = [
      { file_id: 'S', file_unique_id: 's', width: 90, height: 60 },
      { file_id: 'L', file_unique_id: 'l', width: 900, height: 600, file_size: 5 },
    ]
    const message = { message_id: 9, from: ana, chat, date, photo, caption: 'It is broken' }
    expect(told({ message: message as never })).toMatchObject({
      text: 'It is broken',
      media: [{ kind: 'image', url: 'telegram:l', width: 900, alt: null, ref: { file: 'L' } }],
    })
  })

  it('says in words what is neither text nor a file', () => {
    const with_ = (more: object) =>
      told({ message: { message_id: 9, from: ana, chat, date, ...more } as never })
    const file = { file_id: 'f', file_unique_id: 'u', width: 1, height: 1, type: 'regular' }
    expect(with_({ sticker: { ...file, emoji: '😡' } })).toMatchObject({ text: '😡', media: [] })
    expect(with_({ location: { latitude: 45.7, longitude: 21.2 } })).toMatchObject({
      text: '45.7, 21.2',
    })
    expect(with_({ contact: { phone_number: '+40', first_name: 'Dan' } })).toMatchObject({
      text: 'Dan +40',
    })
    expect(with_({ voice: { ...file, duration: 3 } })).toMatchObject({ media: [{ kind: 'audio' }] })
  })
})

describe('entities', () => {
  it('become safe HTML by offsets in UTF-16 units', () => {
    const words = '🐟 <b>bold</b> & shop.example'
    const html = entitiesToHtml(words, [
      { type: 'bold', offset: 3, length: 11 },
      { type: 'url', offset: 17, length: 12 },
    ])
    expect(html).toBe(
      '🐟 <strong>&lt;b&gt;bold&lt;/b&gt;</strong> &amp; <a href="https://shop.example">shop.example</a>',
    )
  })

  it('nest, link only to the web, and are nothing where plain text says it all', () => {
    const words = 'a quote with a link'
    expect(
      entitiesToHtml(words, [
        { type: 'text_link', offset: 13, length: 6, url: 'https://x.example/?a="b' },
        { type: 'blockquote', offset: 2, length: 17 },
      ]),
    ).toBe(
      'a <blockquote>quote with <a href="https://x.example/?a=&quot;b">a link</a></blockquote>',
    )
    const bad = { type: 'text_link', offset: 0, length: 1, url: 'javascript:alert(1)' }
    expect(entitiesToHtml(words, [bad, { type: 'hashtag', offset: 0, length: 1 }])).toBeNull()
  })

  it('are well-formed and hold every character, however they overlap', () => {
    const entity = fc.record({
      type: fc.constantFrom('bold', 'italic', 'code', 'pre', 'blockquote', 'url', 'mention'),
      offset: fc.nat(30),
      length: fc.nat(30),
    })
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.array(entity), (words, entities) => {
        const html = entitiesToHtml(words, entities)
        if (html === null) return
        const open: string[] = []
        for (const [, close, name = ''] of html.matchAll(/<(\/?)([a-z]+)[^>]*>/g)) {
          if (name === 'br') continue
          if (close) expect(open.pop()).toBe(name)
          else open.push(name)
        }
        expect(open).toEqual([])
        const plain = html
          .replaceAll('<br />', '\n')
          .replace(/<[^>]*>/g, '')
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&#39;', "'")
          .replaceAll('&amp;', '&')
        expect(plain.normalize('NFC')).toBe(words.normalize('NFC'))
      }),
    )
  })
})
