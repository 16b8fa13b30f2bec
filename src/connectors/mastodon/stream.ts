import { createParser } from 'eventsource-parser'
import { ConnectorError } from '../contract.ts'
import { apiOf, type MastodonSession, open } from './api.ts'
import { askInstance, streamOf } from './limits.ts'

/** Mastodon sends a sign of life every 15 s; a stream that is silent for this long is dead. */
const SILENCE_MS = 75_000
/** Characters of one event; a post and its author are some 10,000. */
const MOST_BUFFERED = 1_000_000
const ENDED = { done: true, value: undefined } as const
const NEWS = new Set(['notification', 'conversation', 'status.update', 'delete'])

/**
 * Listens to the account's stream, only to be woken: what came in is read by `receive` and `recheck`,
 * so that nothing hangs on a stream that can be cut. Ends when the server ends it, is silent too
 * long, or `signal` aborts; throws ConnectorError when it cannot be opened.
 */
export async function listen(
  session: MastodonSession,
  onNews: () => void,
  signal: AbortSignal,
): Promise<void> {
  const api = apiOf(session)
  const service = streamOf(await askInstance({ ...api, token: null }))
  if (service === null)
    throw new ConnectorError({ kind: 'rejected', reason: 'this server has no stream of this kind' })
  const silence = new AbortController()
  const either = AbortSignal.any([signal, silence.signal])
  const call = { path: '/api/v1/streaming/user', headers: { accept: 'text/event-stream' } }
  const response = await open({ ...api, service }, call, either).catch((error: unknown) => {
    if (either.aborted) return null
    throw error
  })
  if (!response?.body) return
  // Whatever came in while the stream was being opened is not in it.
  onNews()
  await readEvents(response.body, onNews, silence)
}

async function readEvents(body: ReadableStream, onNews: () => void, silence: AbortController) {
  const parser = createParser({
    maxBufferSize: MOST_BUFFERED,
    onEvent: (event) => {
      if (NEWS.has(event.event ?? '')) onNews()
    },
    onError: (error) => {
      // What does not parse may have been news; after an event without end nothing parses any more.
      onNews()
      if (error.type === 'max-buffer-size-exceeded') silence.abort()
    },
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  const watch = setTimeout(() => silence.abort(), SILENCE_MS)
  while (!silence.signal.aborted) {
    // A stream that is cut or aborted has ended, whatever the error is called.
    const chunk = await reader.read().catch(() => ENDED)
    if (chunk.done) break
    watch.refresh()
    parser.feed(decoder.decode(chunk.value, { stream: true }))
  }
  clearTimeout(watch)
}
