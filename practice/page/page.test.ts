import http from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { photos } from '../pictures.ts'
import { startTestNetwork } from '../test-network.ts'

let net: Awaited<ReturnType<typeof startTestNetwork>>
beforeAll(async () => {
  net = await startTestNetwork()
})
afterAll(() => net.stop())

function form(fields: Record<string, string>) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  return body
}

describe('the page', () => {
  it('lets anyone write as a new customer with a photo, and shows it', async () => {
    const body = form({
      as: '',
      name: 'Ilinca Roșu',
      text: 'Bună <b>ziua</b>',
      visibility: 'public',
    })
    const mug = await photos.brokenMug()
    body.set('photo', new Blob([new Uint8Array(mug)], { type: 'image/png' }), 'mug.png')
    const said = await net.send('POST', '/write?lang=ro', body)
    expect(said.status).toBe(303)
    const page = await net.get('/?lang=ro')
    expect(page.text).toContain('Ilinca Roșu')
    expect(page.text).toContain('Bună &lt;b&gt;ziua&lt;/b&gt;')
    expect(page.text).toMatch(/<img class="photo" src="\/files\/\d+\/small.png"/)
    expect((await net.get('/api/v1/notifications')).json).toMatchObject([
      { type: 'mention', status: { account: { username: 'ilinca_rosu' } } },
    ])
  })

  it('answers an earlier post, changes and takes back what was said', async () => {
    const id = await net.customer('first words')
    await net.send('POST', `/posts/${id}/edit`, form({ text: '@shop better words' }))
    expect((await net.get('/')).text).toContain('better words')
    const said = form({
      as: 'mara',
      text: 'and one more thing',
      visibility: 'direct',
      reply_to: id,
    })
    await net.send('POST', '/write', said)
    expect((await net.truth('mara')).at(-1)).toMatchObject({
      in_reply_to_id: id,
      visibility: 'direct',
    })
    await net.send('POST', `/posts/${id}/delete`, form({}))
    expect((await net.get('/')).text).not.toContain('better words')
  })

  it('speaks the language of the browser', async () => {
    expect((await net.get('/', { 'accept-language': 'ro-RO,ro;q=0.9,en;q=0.5' })).text).toContain(
      'lang="ro"',
    )
    expect((await net.get('/', { 'accept-language': 'de' })).text).toContain('lang="en"')
  })

  it('starts stories, causes trouble and mends it', async () => {
    expect(
      (await net.send('POST', '/start', form({ name: 'praise', language: 'en' }))).status,
    ).toBe(303)
    await net.send('POST', '/trouble', form({ kind: 'outage', times: '', seconds: '30' }))
    expect((await net.get('/')).text).toContain('The network is down (struck: 0)')
    expect((await net.get('/api/v1/timelines/home')).status).toBe(503)
    await net.send('POST', '/calm', form({}))
    expect((await net.get('/api/v1/timelines/home')).status).toBe(200)
    await net.send('POST', '/mode', form({ preset: 'snac' }))
    expect((await net.get('/practice/mode')).json).toMatchObject({ streaming: false })
    await net.send('POST', '/mode', form({ preset: 'mastodon' }))
  })

  it('opens a thread at the address of its statuses, private words left out', async () => {
    const id = await net.customer('public words')
    await net.customer('private words', { reply_to: id, visibility: 'direct' })
    const status = await net.get(`/api/v1/statuses/${id}`)
    const { url } = z.object({ url: z.string() }).parse(status.json)
    const page = await net.get(new URL(url).pathname)
    expect(page.status).toBe(200)
    expect(page.text).toContain('public words')
    expect(page.text).not.toContain('private words')
    expect((await net.get('/@mara/123456789012345678')).status).toBe(404)
  })

  it('draws a portrait for everybody', async () => {
    const face = await net.get('/avatars/mara.png')
    expect([face.status, face.headers.get('content-type')]).toEqual([200, 'image/png'])
  })

  it('refuses forms of other sites and rebound names', async () => {
    const foreign = await net.send('POST', '/calm', form({}), { origin: 'https://evil.example' })
    expect(foreign.status).toBe(403)
    const cross = await net.send('DELETE', '/practice/faults', undefined, {
      'sec-fetch-site': 'cross-site',
    })
    expect(cross.status).toBe(403)
    const status = await new Promise((resolve, reject) => {
      const options = { headers: { host: 'evil.example' } }
      http
        .get(`${net.url}/practice/state`, options, (r) => resolve(r.statusCode))
        .on('error', reject)
    })
    expect(status).toBe(403)
  })

  it('sends nothing that could run, and stays small', async () => {
    const page = await net.get('/')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.text.length).toBeLessThan(60_000)
  })
})
