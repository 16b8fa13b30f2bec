import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { photos } from '../pictures.ts'
import { Id, startTestNetwork, until } from '../test-network.ts'

let net: Awaited<ReturnType<typeof startTestNetwork>>
let mug: Buffer
beforeAll(async () => {
  net = await startTestNetwork()
  mug = await photos.brokenMug()
})
afterAll(() => net.stop())

function form(bytes: Buffer, description = 'a mug') {
  const body = new FormData()
  body.set('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'mug.png')
  body.set('description', description)
  return body
}

describe('uploads', () => {
  it('take a picture, measure it, and attach it once', async () => {
    const answer = await net.send('POST', '/api/v2/media', form(mug))
    expect([answer.status, answer.json]).toMatchObject([
      200,
      { type: 'image', description: 'a mug', meta: { original: { width: 480, height: 360 } } },
    ])
    const { id } = Id.parse(answer.json)
    const posted = await net.say({ status: 'see', media_ids: [id] })
    expect(posted.json).toMatchObject({ media_attachments: [{ id }] })
    expect((await net.say({ status: 'see again', media_ids: [id] })).status).toBe(422)
    const file = await fetch(`${net.url}/files/${id}/original.png`)
    expect(Buffer.from(await file.arrayBuffer()).equals(mug)).toBe(true)
  })

  it('are not attached before they are ready on a server that takes its time', async () => {
    await net.send('PUT', '/practice/mode', { asyncMedia: true })
    const answer = await net.send('POST', '/api/v2/media', form(mug))
    await net.send('PUT', '/practice/mode', { asyncMedia: false })
    expect([answer.status, answer.json]).toMatchObject([202, { url: null }])
    const { id } = Id.parse(answer.json)
    expect((await net.get(`/api/v1/media/${id}`)).status).toBe(206)
    expect((await net.say({ status: 'early', media_ids: [id] })).text).toContain(
      'not finished processing',
    )
    await until(async () => (await net.get(`/api/v1/media/${id}`)).status === 200)
    expect((await net.say({ status: 'now', media_ids: [id] })).status).toBe(200)
  })

  it('change their description', async () => {
    const { id } = Id.parse((await net.send('POST', '/api/v1/media', form(mug))).json)
    const changed = await net.send('PUT', `/api/v1/media/${id}`, { description: 'a broken mug' })
    expect(changed.json).toMatchObject({ description: 'a broken mug' })
  })

  it('refuse what is no picture', async () => {
    const refused = await net.send('POST', '/api/v2/media', form(Buffer.from('not a picture')))
    expect([refused.status, refused.json]).toEqual([
      422,
      { error: 'Validation failed: File content type is invalid, File is invalid' },
    ])
  })
})
