import { afterAll, describe, expect, it } from 'vitest'
import { failureOf, openHttp } from '../suite.ts'
import { serviceOf } from './connect.ts'
import { isMastodon, limitsOf, streamOf } from './limits.ts'
import { mastodon } from './mastodon.ts'
import { Instance } from './schemas.ts'
import { startServer } from './server.fixture.ts'

const http = openHttp()
const guarded = openHttp({ allowPrivate: false })
const tools = { http, now: () => new Date() }
afterAll(async () => {
  await http.close()
  await guarded.close()
})

describe('connecting', () => {
  it.each([
    ['mastodon.social', 'https://mastodon.social'],
    [' https://Mastodon.Social/@shop ', 'https://mastodon.social'],
    ['@shop@mastodon.social', 'https://mastodon.social'],
    ['shop@mastodon.social', 'https://mastodon.social'],
    ['http://127.0.0.1:4401', 'http://127.0.0.1:4401'],
    ['https://user:secret@m.example/x', 'https://m.example'],
  ])('reads %j as %s', (typed, service) => {
    expect(serviceOf(typed)).toBe(service)
  })

  it('names the field at fault', async () => {
    const site = await startServer(() => ({ text: '<h1>A shop window</h1>' }))
    const none = await startServer(() => ({ status: 404, text: 'Not found' }))
    const reasonFor = async (server: string, token = 'x', client = http) => {
      const call = mastodon.connect({ server, token }, { ...tools, http: client })
      const failure = await failureOf(call)
      return 'reason' in failure ? failure.reason.split(':')[0] : failure.kind
    }
    expect(await reasonFor('')).toBe('server')
    expect(await reasonFor('https://')).toBe('server')
    expect(await reasonFor(site.service)).toBe('server')
    expect(await reasonFor(none.service)).toBe('server')
    expect(await reasonFor('http://127.0.0.1:1', 'x', guarded)).toBe('server')
    expect(await reasonFor(site.service, ' ')).toBe('token')
  })

  it('calls a server that is down unavailable, not wrong', async () => {
    const down = await startServer(() => ({ status: 503, text: 'Later' }))
    const failure = await failureOf(mastodon.connect({ server: down.service, token: 'x' }, tools))
    expect(failure.kind).toBe('unavailable')
  })
})

describe('what a server says of itself', () => {
  const now = new Date('2026-10-02T12:00:00Z')
  const of = (json: object) => Instance.parse({ domain: 'x.example', ...json })

  it('takes limits from the server, and stock ones where it is silent', () => {
    const configuration = {
      urls: { streaming: 'wss://stream.x.example/' },
      statuses: { max_characters: 5000, max_media_attachments: 6, characters_reserved_per_url: 25 },
      media_attachments: {
        supported_mime_types: ['image/png', 'video/mp4'],
        image_size_limit: 1000,
        description_limit: 200,
      },
    }
    const rich = of({ version: '4.4.2', configuration })
    expect(limitsOf(rich, now)).toMatchObject({
      public: {
        text: [{ max: 5000, unit: 'graphemes' }],
        urlLength: 25,
        mentionsWithoutServer: true,
      },
      media: { max: 6, imageBytes: 1000, imageTypes: ['image/png'], altText: 200 },
      readAt: '2026-10-02T12:00:00.000Z',
    })
    expect(streamOf(rich)).toBe('https://stream.x.example')
    const bare = Instance.parse({ uri: 'x.example', version: '3.0.1', configuration: 7 })
    expect(limitsOf(bare, now)).toMatchObject({
      public: { text: [{ max: 500, unit: 'graphemes' }], urlLength: 23 },
      media: { max: 4, altText: 1500 },
    })
    expect(streamOf(bare)).toBeNull()
  })

  it.each([
    ['4.3.8', undefined, true],
    ['4.4.0-nightly.2026-01-01+glitch', undefined, true],
    ['2.7.2 (compatible; Pleroma 2.9.1)', undefined, false],
    ['2.7.2 (compatible; snac/2.75)', undefined, false],
    ['0.19.1+git-4c4cd4b', undefined, false],
    ['1.0.0', 'https://codeberg.org/superseriousbusiness/gotosocial', false],
  ])('version %s of %s is Mastodon: %s', (version, source_url, expected) => {
    const instance = of({ version, ...(source_url ? { source_url } : {}) })
    expect(isMastodon(instance)).toBe(expected)
    // Where we do not know how it counts, our count is never the smaller one.
    if (!expected && !/Pleroma/.test(version)) {
      const [text] = limitsOf(instance, now).public.text
      expect(text?.unit).toBe('utf16-units')
      expect(limitsOf(instance, now).public.urlLength).toBeNull()
    }
  })
})
