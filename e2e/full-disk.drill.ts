import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, it, vi } from 'vitest'
import { Conversation, ConversationSummary } from '../contract/conversations.ts'
import { listOf, Problem } from '../contract/http.ts'
import { until } from '../practice/test-network.ts'
import type { Answer } from '../test/http.ts'
import type { Program } from '../test/program.ts'
import { callerAt, clear, keyAt, newPlace, startAt } from '../test/running.ts'

vi.setConfig({ testTimeout: 500_000 })

const run = promisify(execFile)
let program: Program | undefined
let folder = ''

afterEach(async () => {
  await clear(program ? [program] : [], [])
  await run('umount', ['-l', folder])
  await rm(folder, { recursive: true, force: true })
})

// A small file system of its own needs root's rights to be mounted.
it.runIf(process.getuid?.() === 0)(
  'answers 503 while the disk is full, loses nothing, and goes on when there is space again',
  async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-disk-'))
    await run('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', folder])
    const place = await newPlace(join(folder, 'home'))
    program = startAt(place)
    await program.says(/Parley is ready/)
    const key = { key: await keyAt(place) }
    const call = (method: string, path: string, body?: unknown) =>
      callerAt(place)(key, method, `/api/v1${path}`, body)
    expect((await call('POST', '/practice', {})).status).toBe(201)
    const conversation = await until(async () => {
      const { body } = await call('GET', '/conversations')
      return listOf(ConversationSummary).parse(body).items[0]
    }, 240_000)
    const kept: string[] = []
    const write = async (): Promise<Answer> => {
      const text = randomBytes(9000).toString('hex')
      const answer = await call('POST', `/conversations/${conversation.id}/notes`, { text })
      if (answer.status < 300) kept.push(text)
      return answer
    }
    expect((await write()).status).toBeLessThan(300)

    const filler = join(folder, 'filler')
    await fill(filler)
    const refused = await until(async () => {
      const answer = await write()
      return answer.status < 300 ? null : answer
    }, 240_000)
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(Problem.parse(refused.body).detail).toContain('its disk is full')
    for (let times = 0; times < 10; times += 1) {
      const answers = [await write(), await call('GET', '/conversations')]
      expect(answers.map(({ status }) => status).filter((one) => one !== 503 && one > 299)).toEqual(
        [],
      )
      await new Promise((resolve) => setTimeout(resolve, 200))
    }

    await rm(filler)
    await until(async () => (await write()).status < 300, 240_000)
    const { body } = await call('GET', `/conversations/${conversation.id}`)
    const notes = new Set(Conversation.parse(body).notes.map(({ text }) => text))
    expect(kept.filter((text) => !notes.has(text))).toEqual([])
    expect((await callerAt(place)(null, 'GET', '/readyz')).status).toBe(200)
  },
)

async function fill(file: string): Promise<void> {
  const handle = await open(file, 'w')
  try {
    for (const size of [1_000_000, 4096])
      for (;;) {
        const written = await handle.write(Buffer.alloc(size)).catch((error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return null
          throw error
        })
        if (written === null || written.bytesWritten < size) break
      }
  } finally {
    await handle.close()
  }
}
