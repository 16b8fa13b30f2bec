import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, NetworkMessage } from '../contract.ts'
import { htmlOf } from './richtext.ts'
import { translate } from './translate.ts'

const me = { remoteId: 'did:plc:shop', handle: 'shop.test' }
const uri = 'at://did:plc:ana/app.bsky.feed.post/3k2'
const root = { uri: 'at://did:plc:shop/app.bsky.feed.post/3k1', cid: 'bafyroot' }
const parent = { uri: 'at://did:plc:ion/app.bsky.feed.post/3k1b', cid: 'bafyparent' }

type Parts = { record?: Json; author?: Json; embed?: Json; labels?: Json; indexedAt?: string }

function post(parts: Parts = {}): Json {
  return {
    uri,
    cid: 'bafy1',
    author: parts.author ?? { did: 'did:plc:ana', handle: 'ana.test', displayName: 'Ana' },
    record: {
      $type: 'app.bsky.feed.post',
      text: 'Hi',
      createdAt: '2026-11-20T10:00:00Z',
      ...Object(parts.record ?? {}),
    },
    indexedAt: parts.indexedAt ?? '2026-11-20T10:00:01.000Z',
    ...(parts.embed === undefined ? {} : { embed: parts.embed }),
    ...(parts.labels === undefined ? {} : { labels: parts.labels }),
  }
}

function read(parts: Parts = {}): NetworkMessage {
  const event = translate({ type: 'post', post: post(parts) }, me)
  if (event.kind !== 'message') throw new Error(`it is ${event.kind}`)
  return event
}

const facet = (byteStart: number, byteEnd: number, feature: Json) => ({
  index: { byteStart, byteEnd },
  features: [feature],
})
const linkTo = (uri: string): Json => ({ $type: 'app.bsky.richtext.facet#link', uri })

describe('posts', () => {
  it('keeps place in the thread, author, language and address', () => {
    expect(read({ record: { reply: { root, parent }, langs: ['ro', 'en'] } })).toMatchObject({
      remoteId: uri,
      version: 'bafy1',
      author: {
        handle: 'ana.test',
        displayName: 'Ana',
        profileUrl: 'https://bsky.app/profile/ana.test',
      },
      mine: false,
      parentId: parent.uri,
      rootId: root.uri,
      language: 'ro',
      url: 'https://bsky.app/profile/ana.test/post/3k2',
      ref: { uri, cid: 'bafy1', root },
    })
    expect(read().rootId).toBeNull()
    expect(read().ref).toMatchObject({ root: { uri, cid: 'bafy1' } })
  })

  it('uses the lasting id of an author whose handle does not hold', () => {
    const { author, url } = read({ author: { did: 'did:plc:ana', handle: 'handle.invalid' } })
    expect(author).toMatchObject({ handle: 'did:plc:ana', displayName: 'did:plc:ana' })
    expect(url).toBe('https://bsky.app/profile/did:plc:ana/post/3k2')
  })

  it('gives text in NFC and marks links by bytes of UTF-8 before that', () => {
    const text = 'Bună 🐟 s\u0326i <b> aici'
    const start = Buffer.byteLength('Bună 🐟 s\u0326i <b> ')
    const facets = [facet(start, start + 4, linkTo('https://shop.example/?a=1&b="2"'))]
    const { text: plain, html } = read({ record: { text, facets } })
    expect(plain).toBe('Bună 🐟 și <b> aici')
    expect(html).toBe(
      'Bună 🐟 și &lt;b&gt; <a href="https://shop.example/?a=1&amp;b=%222%22">aici</a>',
    )
  })

  it('has no HTML without links, and none from addresses that are not of the web', () => {
    expect(read({ record: { text: 'a <b> c' } }).html).toBeNull()
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'nonsense', ''])
      expect(read({ record: { text: 'abc', facets: [facet(0, 3, linkTo(bad))] } }).html).toBeNull()
  })

  it('leaves out facets that overlap, lie outside, or cut a character', () => {
    const facets = [
      facet(0, 2, linkTo('https://cut.example')),
      facet(4, 99, linkTo('https://outside.example')),
      facet(4, 6, linkTo('https://good.example')),
      facet(5, 7, linkTo('https://overlap.example')),
      { index: { byteStart: -1, byteEnd: 'x' }, features: 7 },
      null,
    ]
    const { html } = read({ record: { text: '🐟abcd', facets } })
    expect(html).toBe('🐟<a href="https://good.example/">ab</a>cd')
  })

  it('shows pictures, videos, cards and quotes', () => {
    const image = {
      fullsize: 'https://cdn.example/full',
      thumb: 'https://cdn.example/thumb',
      alt: 'O cană',
      aspectRatio: { width: 4, height: 3 },
    }
    const images = {
      $type: 'app.bsky.embed.images#view',
      images: [image, { ...image, fullsize: 'x:y' }],
    }
    const shown = {
      kind: 'image',
      url: image.fullsize,
      previewUrl: image.thumb,
      alt: 'O cană',
      width: 4,
      height: 3,
    }
    expect(read({ embed: images }).media).toEqual([shown])
    const quote = { record: { uri: root.uri, cid: root.cid } }
    const both = read({
      record: { embed: { $type: 'app.bsky.embed.recordWithMedia', record: quote, media: {} } },
      embed: {
        $type: 'app.bsky.embed.recordWithMedia#view',
        media: images,
        record: { record: { uri: root.uri } },
      },
    })
    expect(both).toMatchObject({ quotedId: root.uri, media: [shown], rootId: null })
    const playlist = 'https://video.example/p.m3u8'
    expect(
      read({ embed: { playlist, thumbnail: 'https://video.example/t.jpg' } }).media,
    ).toMatchObject([
      { kind: 'video', url: playlist, previewUrl: 'https://video.example/t.jpg', alt: null },
    ])
    expect(read({ record: { embed: quote } })).toMatchObject({ quotedId: root.uri, media: [] })
  })

  it('keeps the address of a card that the text does not show', () => {
    const external = { uri: 'https://news.example/a', title: 'A <story>', description: '' }
    const { text, html } = read({ record: { text: 'Read', embed: { external } } })
    expect(text).toBe('Read\nhttps://news.example/a')
    expect(html).toBe('Read<br><a href="https://news.example/a">A &lt;story&gt;</a>')
    const said = read({ record: { text: 'https://news.example/a', embed: { external } } })
    expect(said.text).toBe('https://news.example/a')
  })

  it('turns labels into a warning, but not orders to apps or labels taken back', () => {
    const labels = [
      { val: 'nudity', src: 'did:plc:mod' },
      { val: '!no-unauthenticated' },
      { val: 'spam', neg: true },
    ]
    const values = [{ val: 'graphic-media' }]
    expect(read({ labels, record: { labels: { values } } }).contentWarning).toBe(
      'nudity, graphic-media',
    )
    expect(read().contentWarning).toBeNull()
  })

  it('does not believe clocks that run ahead, and lives with broken ones', () => {
    const at = (createdAt: string) => read({ record: { createdAt } }).createdAt.toISOString()
    expect(at('2099-01-01T00:00:00Z')).toBe('2026-11-20T10:00:01.000Z')
    expect(at('yesterday')).toBe('2026-11-20T10:00:01.000Z')
    expect(at('2026-11-20T09:00:00+02:00')).toBe('2026-11-20T07:00:00.000Z')
  })

  it('knows its own posts, deletions, and what is no post', () => {
    expect(read({ author: { did: me.remoteId, handle: me.handle } }).mine).toBe(true)
    expect(translate({ type: 'gone', id: uri, at: '2026-11-20T10:00:00Z' }, me)).toMatchObject({
      kind: 'deleted',
      remoteId: uri,
    })
    const like = { ...Object(post({ record: { $type: 'app.bsky.feed.like' } })), reason: 'like' }
    expect(translate({ type: 'notification', notification: like }, me).kind).toBe('ignored')
    expect(translate({ type: 'post', post: like }, me).kind).toBe('ignored')
  })

  it('takes the post as shown only for the version that the notification is about', () => {
    const notification = { ...Object(post()), reason: 'mention' }
    const embed = { images: [{ fullsize: 'https://cdn.example/f' }] }
    const shown = post({ embed })
    const media = (post: Json) => {
      const event = translate({ type: 'notification', notification, post }, me)
      return event.kind === 'message' && event.media.length
    }
    expect(media(shown)).toBe(1)
    expect(media({ ...Object(shown), cid: 'bafy2' })).toBe(0)
  })
})

describe('any facets at all', () => {
  it('give HTML that shows exactly the text, with nothing in it but links', () => {
    const facets = fc.array(
      fc.record({
        index: fc.record({ byteStart: fc.nat(60), byteEnd: fc.nat(60) }),
        features: fc.array(
          fc.record({
            $type: fc
              .constantFrom('link', 'mention', 'tag')
              .map((kind) => `app.bsky.richtext.facet#${kind}`),
            uri: fc.oneof(fc.webUrl(), fc.string()),
            did: fc.string().map((name) => `did:${name}`),
            tag: fc.string({ unit: 'binary' }),
          }),
          { maxLength: 2 },
        ),
      }),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), facets, (text, list) => {
        const html = htmlOf(text, list)
        if (html === null) return
        expect(
          html.replace(/<br>/g, '').replace(/<a href="https?:[^"<>]*">|<\/a>/g, ''),
        ).not.toMatch(/[<>"]/)
        expect(shownBy(html).normalize('NFC')).toBe(text.normalize('NFC'))
      }),
      { numRuns: 2_000, examples: [['see →\u0338', linkOver(0, 7)]] },
    )
  })
})

/** The stroke after it would make one character with the end of a tag. */
function linkOver(byteStart: number, byteEnd: number) {
  const feature = {
    $type: 'app.bsky.richtext.facet#link',
    uri: 'http://a.example',
    did: 'did:',
    tag: '',
  }
  return [{ index: { byteStart, byteEnd }, features: [feature] }]
}

function shownBy(html: string): string {
  return html
    .replaceAll('<br>', '\n')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .normalize('NFC')
}
