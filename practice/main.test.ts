import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

const dir = mkdtempSync(join(tmpdir(), 'practice-main-'))
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

const Ready = z.object({
  ready: z.literal(true),
  url: z.string(),
  account: z.literal('shop'),
  token: z.string(),
})

async function start() {
  const program = new URL('./main.ts', import.meta.url).pathname
  const args = [program, '--port', '0', '--data', dir, '--quiet', '--no-welcome']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, ...Ready.parse(JSON.parse(line)) }
  }
  throw new Error('the practice network said nothing')
}

async function say(net: { url: string; token: string }, status: string, key: string) {
  return fetch(`${net.url}/api/v1/statuses`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${net.token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify({ status }),
  })
}

describe('the program', () => {
  it('killed at any moment, it comes back with all it said yes to, and with its keys', async () => {
    const first = await start()
    const accepted: string[] = []
    const posting = (async () => {
      for (let n = 0; n < 500; n += 1) {
        const answer = await say(first, `post ${n}`, `key-${n}`).catch(() => undefined)
        if (answer?.status !== 200) return
        accepted.push(`post ${n}`)
        if (accepted.length === 25) first.child.kill('SIGKILL')
      }
    })()
    await posting
    const second = await start()
    expect(second.token).toBe(first.token)
    const again = await say(second, 'post 3', 'key-3')
    expect(again.status).toBe(200)
    const truth = await fetch(`${second.url}/practice/statuses?account=shop`)
    const { items } = z
      .object({ items: z.array(z.object({ id: z.string(), text: z.string() })) })
      .parse(await truth.json())
    const texts = items.map((item) => item.text)
    expect(texts.slice(0, accepted.length)).toEqual(accepted)
    expect(new Set(texts).size).toBe(texts.length)
    second.child.kill('SIGTERM')
    const [code] = await once(second.child, 'exit')
    expect(code).toBe(0)
  })

  it('says in one sentence that its port is taken', async () => {
    const running = await start()
    const port = new URL(running.url).port
    const program = new URL('./main.ts', import.meta.url).pathname
    const other = spawn(process.execPath, [program, '--port', port, '--data', join(dir, 'other')])
    let told = ''
    other.stderr.on('data', (chunk) => {
      told += String(chunk)
    })
    const [code] = await once(other, 'exit')
    running.child.kill('SIGTERM')
    expect([code, told]).toEqual([
      1,
      `The practice network could not start: port ${port} is taken by another program.\n`,
    ])
  })
})
