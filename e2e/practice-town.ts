import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { createControl, readStanding } from '../test/desk.ts'
import type { Town } from './drill.ts'

/** What may go wrong; all of it passes by itself. */
const troubles = [
  { kind: 'cut-after-accept', times: 3 },
  { kind: 'cut-after-accept', times: 2 },
  { kind: 'cut-before-accept', times: 2 },
  { kind: 'late-apply', times: 2, ms: 1200 },
  { kind: 'late-apply', times: 1, ms: 3000 },
  { kind: 'rate-limited', target: 'post', times: 2, ms: 800 },
  { kind: 'slow', target: 'post', times: 2, ms: 900 },
  { kind: 'wrong', form: 'error-500', target: 'post', times: 1 },
  { kind: 'wrong', form: 'error-500', target: 'post', applied: true, times: 1 },
  { kind: 'wrong', form: 'truncated', target: 'post', times: 1 },
  { kind: 'outage', seconds: 0.7 },
  { kind: 'expired-token', seconds: 1.2 },
  { kind: 'duplicate', target: 'notifications', times: 5 },
  { kind: 'duplicate', target: 'stream', times: 5 },
  { kind: 'out-of-order', times: 3 },
  { kind: 'late', times: 1, ms: 1500 },
] as const

export type PracticeTown = Town & {
  url: string
  token: string
  control: ReturnType<typeof createControl>
  /** How often each kind of trouble struck a request. */
  struck(): Promise<Map<string, number>>
  stop(): Promise<void>
}

/** The practice network as a process of its own, with its state in `dataDir`. */
export async function startPracticeTown(dataDir: string): Promise<PracticeTown> {
  const main = fileURLToPath(new URL('../practice/main.ts', import.meta.url))
  const args = ['--disable-warning=ExperimentalWarning', main, '--port', '0', '--data', dataDir]
  const child = spawn(process.execPath, [...args, '--no-welcome', '--quiet'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { url, token } = await readyLine(child)
  const control = createControl(url)
  const strikes = new Map<string, number>()
  let asked = 0
  return {
    url,
    token,
    control,
    async customerWrites(text) {
      asked += 1
      await control('POST', '/practice/posts', { as: `customer${asked % 20}`, text })
    },
    async trouble(random) {
      await note(control, strikes)
      // One at a time: of several, those that strike first would hide the others.
      await control('DELETE', '/practice/faults')
      await control('POST', '/practice/faults', {
        ...random.pick(troubles),
        seed: random.below(1e6),
      })
    },
    heal: async () => {
      await note(control, strikes)
      await control('DELETE', '/practice/faults')
    },
    standing: async () =>
      (await readStanding(control)).map(({ id, text }) => ({ remoteId: id, text })),
    struck: async () => strikes,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

const Journal = z.object({
  items: z.array(z.object({ at: z.string(), fault: z.string().nullable() })),
})
let noted = ''

/** The journal keeps the last thousand requests only: counted as the drill goes on. */
async function note(control: PracticeTown['control'], strikes: Map<string, number>) {
  const { items } = Journal.parse(await control('GET', '/practice/requests'))
  for (const { at, fault } of items) {
    if (at <= noted || fault === null) continue
    for (const kind of fault.split(' ')) strikes.set(kind, (strikes.get(kind) ?? 0) + 1)
  }
  noted = items.at(-1)?.at ?? noted
}

async function readyLine(child: ChildProcess): Promise<{ url: string; token: string }> {
  if (!child.stdout) throw new Error('the practice network was spawned without a standard output')
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return z.object({ url: z.string(), token: z.string() }).parse(JSON.parse(String(line)))
}
