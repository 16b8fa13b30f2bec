import { LiveEvent } from '../contract/events.ts'
import { pause } from './fleet.ts'

/** The live stream of one process, opened again whenever it ends, as a browser does. */
export type Hearing = {
  /** Waits until this was heard. Throws when it was not in time. */
  until(event: LiveEvent, options: { timeoutMs: number }): Promise<void>
  /** How often the stream was opened, and the events heard in all. */
  told(): { opened: number; heard: number }
  stop(): Promise<void>
}

/** Listens to `GET /api/v1/events` at `url` until it is stopped. */
export function startHearing(url: string, key: string): Hearing {
  const over = new AbortController()
  const heard = new Set<string>()
  let [opened, events] = [0, 0]

  async function listenOnce(): Promise<void> {
    const answer = await fetch(`${url}/api/v1/events`, {
      headers: { authorization: `Bearer ${key}` },
      signal: over.signal,
    })
    if (!answer.ok || !answer.body) return
    opened += 1
    let rest = ''
    for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines.filter((one) => one.startsWith('data: '))) {
        heard.add(keyOf(LiveEvent.parse(JSON.parse(line.slice(6)))))
        events += 1
      }
    }
  }

  async function keepListening(): Promise<void> {
    while (!over.signal.aborted) {
      // It was killed, or is not there yet: listened to again until it is over.
      await listenOnce().catch((error: unknown) => {
        if (error instanceof SyntaxError) throw error
      })
      await pause(100)
    }
  }

  const done = keepListening()
  return {
    async until(event, { timeoutMs }) {
      for (const end = Date.now() + timeoutMs; !heard.has(keyOf(event)); await pause(50))
        if (Date.now() > end) throw new Error(`${url} never told of ${keyOf(event)}`)
    },
    told: () => ({ opened, heard: events }),
    async stop() {
      over.abort()
      await done
    },
  }
}

function keyOf({ kind, id }: LiveEvent): string {
  return `${kind} ${id}`
}
