import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { listOf } from '../contract/http.ts'
import { NewWebhook, WebhookCall } from '../contract/webhooks.ts'
import { createTestDatabase } from '../test/database.ts'
import { allowOrigin, makeKey } from '../test/desk.ts'
import { createRemoteCaller } from '../test/http.ts'
import { type Program, startProgram } from '../test/program.ts'
import { isSignedBy, startReceiver } from '../test/webhook-receiver.ts'
import { freePort } from './fleet.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

it('calls again under the same id when it was killed before it noted the answer', async () => {
  const [database, receiver, home, port, practicePort] = await Promise.all([
    createTestDatabase(),
    startReceiver(),
    mkdtemp(join(tmpdir(), 'parley-webhooks-')),
    freePort(),
    freePort(),
  ])
  cleanUps.push(database.drop, receiver.close, () => rm(home, { recursive: true, force: true }))
  await allowOrigin(database.url, receiver.origin)
  const { key } = await makeKey(database)
  const env = {
    DATABASE_URL: database.url,
    PARLEY_HOME: home,
    PARLEY_PORT: String(port),
    PARLEY_PRACTICE_PORT: String(practicePort),
    PARLEY_LOG_LEVEL: 'error',
  }
  const start = async (): Promise<Program> => {
    const program = startProgram('e2e/parley-process.ts', [], { env })
    cleanUps.push(async () => {
      program.child.kill('SIGKILL')
      await program.ended
    })
    await program.says(/is ready/)
    return program
  }
  const request = createRemoteCaller(`http://127.0.0.1:${port}`)
  const api = (method: string, path: string, body?: unknown) => request({ key }, method, path, body)

  const first = await start()
  const made = await api('POST', '/api/v1/webhooks', { url: receiver.url, events: ['reply.sent'] })
  const { id, secret } = NewWebhook.parse(made.body)
  // Heard and answered well, and nobody is left to write that down.
  receiver.answer((response) => {
    first.child.kill('SIGKILL')
    response.end('heard')
  })
  await api('POST', `/api/v1/webhooks/${id}/test`).catch((error: unknown) => {
    if (!(error instanceof TypeError)) throw error
  })
  await first.ended
  expect(receiver.heard).toHaveLength(1)
  receiver.answer((response) => void response.end('heard'))
  await start()
  await expect.poll(() => receiver.heard.length, { timeout: 240_000 }).toBe(2)
  const log = async () =>
    listOf(WebhookCall).parse((await api('GET', `/api/v1/webhooks/${id}/calls`)).body).items
  await expect.poll(async () => (await log())[0]?.state).toBe('sent')
  expect(await log()).toMatchObject([{ tries: 2 }])
  const [one, two] = receiver.heard
  expect([two?.id, two?.body]).toEqual([one?.id, one?.body])
  for (const heard of receiver.heard) expect(await isSignedBy(secret, heard)).toBe(true)
})
