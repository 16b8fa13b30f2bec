import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { AppError, messageOf } from './platform/errors.ts'
import type { HttpClient } from './platform/http.ts'
import type { Log } from './platform/log.ts'

export type PracticeOptions = {
  home: string
  url: string
  port: number
  http: HttpClient
  log: Log
}

export type Practice = {
  /** Starts it unless it runs, and gives what is needed to connect its shop account. */
  enter(): Promise<{ network: string; fields: Record<string, string> }>
  ensureRunning(): Promise<void>
  stop(): Promise<void>
}

const Token = z.object({ token: z.string() })
const scopes = 'read write follow push'

/**
 * The practice network's process: started when somebody steps into it, ends with this one. One
 * that somebody else runs at its address (another process of this Parley, by roles) is used.
 */
export function createPractice({ home, url, port, http, log }: PracticeOptions): Practice {
  let child: ChildProcess | undefined
  let starting: Promise<void> | undefined

  async function runs(): Promise<boolean> {
    try {
      return (await http.fetch(`${url}/practice/state`, { timeoutMs: 2000 })).ok
    } catch {
      return false
    }
  }

  async function start(): Promise<void> {
    if (await runs()) return
    const data = join(home, 'practice')
    await mkdir(data, { recursive: true })
    child = await launch(data, port)
    child.once('exit', (code) => {
      child = undefined
      log.info({ code }, 'the practice network stopped')
    })
    log.info({ url }, 'the practice network runs')
  }

  async function ensureRunning(): Promise<void> {
    starting ??= start().finally(() => {
      starting = undefined
    })
    await starting
  }

  return {
    ensureRunning,
    async enter() {
      try {
        await ensureRunning()
        const answer = await http.fetch(`${url}/practice/tokens`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ scopes }),
        })
        const { token } = Token.parse(await answer.json())
        return { network: 'mastodon', fields: { server: url, token } }
      } catch (cause) {
        throw new AppError(
          'unavailable',
          `The practice network could not be started: ${messageOf(cause)}`,
          { cause },
        )
      }
    },
    async stop() {
      const running = child
      if (!running) return
      const ended = new Promise((resolve) => running.once('exit', resolve))
      running.kill('SIGTERM')
      await ended
    },
  }
}

/** Resolves when it says that it is ready. It gets nothing of our environment: it is another program. */
async function launch(data: string, port: number): Promise<ChildProcess> {
  const main = join(import.meta.dirname, '../practice/main.ts')
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      main,
      '--port',
      String(port),
      '--data',
      data,
      '--quiet',
      '--follow',
    ],
    // Its standard input is never written to: it closes when this process ends, even by a kill.
    { stdio: ['pipe', 'pipe', 'pipe'], env: {} },
  )
  let said = ''
  child.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-500)
  })
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', () => resolve())
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(said.trim() || `it ended with code ${code}`)))
  })
  return child
}
