import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { startPracticeNetwork } from '../../../practice/server.ts'
import type { Visibility } from '../contract.ts'
import { openHttp, type Posted, type PostOptions, type World } from '../suite.ts'
import { visibilityOf } from './translate.ts'

/** The kinds of server that the practice network can be. */
export type ServerKind = 'mastodon' | 'snac' | 'gotosocial' | 'old-mastodon'

const WORDS: Record<Visibility, string> = {
  public: 'public',
  unlisted: 'unlisted',
  followers: 'private',
  private: 'direct',
}
const Truth = z.object({
  id: z.string(),
  text: z.string(),
  spoiler: z.string(),
  visibility: z.string(),
  in_reply_to_id: z.string().nullable(),
  deleted: z.boolean(),
  media: z.array(z.object({ description: z.string().nullable() })),
})

/** A practice network of its own on a free port, as a world for the suite. */
export async function startPracticeWorld(kind: ServerKind = 'mastodon'): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-practice-'))
  const network = await startPracticeNetwork({ port: 0, dataDir, welcome: false })
  const http = openHttp()
  const control = controlOf(network.url)
  // Mastodon also answers an upload before the picture is ready when it is busy.
  await control('PUT', '/practice/mode', { preset: kind, asyncMedia: kind === 'mastodon' })
  const fault = (wish: object) => async (times: number) => {
    await control('POST', '/practice/faults', { ...wish, times })
  }
  const post = async (text: string, options: PostOptions & { to?: Posted } = {}) => {
    const truth = await control('POST', '/practice/posts', {
      as: 'ana',
      text,
      visibility: WORDS[options.visibility ?? 'public'],
      spoiler: options.contentWarning ?? '',
      ...(options.to ? { reply_to: options.to.remoteId } : {}),
      ...(options.imageAlt ? { photo: 'brokenMug', photo_description: options.imageAlt } : {}),
    })
    return { remoteId: Truth.parse(truth).id }
  }
  const fields = { server: network.url, token: network.token }
  return {
    http,
    burst: 90,
    connection: async () => ({
      service: network.url,
      credential: { accessToken: network.token, scope: null },
    }),
    fields: { right: fields, wrong: { ...fields, token: 'wrong' } },
    customerMentions: post,
    customerReplies: (to, text, options) => post(text, { ...options, to }),
    customerWritesPrivately: (text) => post(text, { visibility: 'private' }),
    customerEdits: async ({ remoteId }, text) => {
      await control('PUT', `/practice/posts/${remoteId}`, { text: `@shop ${text}` })
    },
    customerDeletes: async ({ remoteId }) => {
      await control('DELETE', `/practice/posts/${remoteId}`)
    },
    accountPosts: async (text) => {
      const headers = { authorization: `Bearer ${network.token}` }
      const sent = await control('POST', '/api/v1/statuses', { status: text }, headers)
      return { remoteId: z.object({ id: z.string() }).parse(sent).id }
    },
    postsOfAccount: async () => {
      const answer = await control('GET', `/practice/statuses?account=${network.account}`)
      const { items } = z.object({ items: z.array(Truth) }).parse(answer)
      return items
        .filter((item) => !item.deleted)
        .map((item) => ({
          remoteId: item.id,
          text: item.text,
          parentId: item.in_reply_to_id,
          visibility: visibilityOf(item.visibility),
          contentWarning: item.spoiler === '' ? null : item.spoiler,
          imageAlts: item.media.map(({ description }) => description ?? ''),
        }))
    },
    faults: {
      'rate-limited': fault({ kind: 'rate-limited' }),
      'expired-token': fault({ kind: 'expired-token' }),
      outage: fault({ kind: 'outage' }),
      'lost-answer': fault({ kind: 'cut-after-accept', target: 'post' }),
      garbage: fault({ kind: 'wrong', form: 'html' }),
    },
    heal: async () => {
      await control('DELETE', '/practice/faults')
    },
    stop: async () => {
      await http.close()
      await network.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function controlOf(url: string) {
  return async (
    method: string,
    path: string,
    json?: unknown,
    headers: Record<string, string> = {},
  ): Promise<unknown> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        ...headers,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    if (!response.ok)
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
}
