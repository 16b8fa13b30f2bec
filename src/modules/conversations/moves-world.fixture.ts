import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect } from 'vitest'
import { z } from 'zod'
import { Conversation, ConversationSummary } from '../../../contract/conversations.ts'
import { listOf } from '../../../contract/http.ts'
import { Move } from '../../../contract/moves.ts'
import { type Answer, createTestServer, type Person, type TestServer } from '../../../test/http.ts'
import { createTestLog } from '../../../test/log.ts'
import { makeChannel, minute, said, session, town, translate } from '../../../test/town.ts'
import type { RawEvent } from '../../connectors/contract.ts'
import { loadKeyring } from '../../platform/crypto.ts'
import { auditRoutes } from '../audit/index.ts'
import { registerFigures } from '../figures/index.ts'
import { type IngestChannel, ingestPage } from '../ingest/index.ts'
import { actorOf } from '../members/index.ts'
import { registerPeople } from '../people/index.ts'
import { refreshConversations, registerConversations } from './index.ts'

export const Outcome = z.object({ conversation: ConversationSummary, move: Move.nullable() })
export type Outcome = z.infer<typeof Outcome>

/** A business with two accounts, at which the same people can be heard, and what its members do. */
export type MovesWorld = {
  server: TestServer
  owner: Person
  channel: IngestChannel
  second: IngestChannel
  take(to: IngestChannel, ...events: RawEvent[]): Promise<unknown>
  act(method: string, path: string, body?: unknown, as?: Person): Promise<Answer>
  read(id: string): Promise<Conversation>
  /** Conversations of the list, by the person's name. */
  listed(name: string, query?: string): Promise<ConversationSummary[]>
  /** Succeeds. */
  merge(id: string, ...otherIds: string[]): Promise<Outcome>
  split(id: string, body: object): Promise<Outcome>
  undo(outcome: Outcome): Promise<Answer>
  colleague: Person
  /** Somebody new, who spoke in as many threads as there are times, in minutes; newest last. */
  talks(
    times: number[],
    more?: { visibility?: 'private' },
  ): Promise<{ name: string; threads: { post: string; id: string }[]; ids: string[] }>
  /** One of us answers on the network itself. */
  answers(id: string, parent: string, at: number): Promise<unknown>
  /** Every row of everything that a merge or split could touch; only versions may differ. */
  everyRow(): Promise<Record<string, string[]>>
  rows<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

const tables = [
  'conversations',
  'messages',
  'notes',
  'drafts',
  'deliveries',
  'hand_overs',
  'goodwill_acts',
  'threads',
]

export async function openMovesWorld(): Promise<MovesWorld> {
  const home = await mkdtemp(join(tmpdir(), 'parley-moves-'))
  const keyring = await loadKeyring(join(home, 'secret.key'))
  const connectors = new Map([
    ['town', town],
    ['village', { ...town, network: 'village' }],
  ])
  const server = await createTestServer((app, database) => {
    const { http, dial, oauth } = session
    const { log } = createTestLog()
    const clock = () => minute(1000)
    const deps = { database, http, dial, oauth, keyring, connectors, clock, log, actorOf }
    registerConversations(app, { ...deps, practiceUrl: '' })
    registerPeople(app, { database, clock, refresh: refreshConversations, actorOf })
    registerFigures(app, { db: database.db, clock, actorOf })
    auditRoutes(app, { db: database.db, actorOf })
  })
  const superuser = new pg.Client({ connectionString: server.database.url })
  await superuser.connect()
  const owner = await server.people.owner()
  const channel = await makeChannel(server.database, owner)
  const second = await makeChannel(server.database, { ...owner, network: 'village' })
  const act: MovesWorld['act'] = (method, path, body, as = owner) =>
    server.request(as, method, `/api/v1/conversations/${path}`, body)
  async function moved(path: string, body: object): Promise<Outcome> {
    const answer = await act('POST', path, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    return Outcome.parse(answer.body)
  }
  const take: MovesWorld['take'] = (to, ...events) =>
    ingestPage(server.database.db, { translate }, to, { events, cursor: null, more: false })
  let made = 0
  async function talks(times: number[], more: { visibility?: 'private' } = {}) {
    made += 1
    const name = `person${made}`
    const threads: { post: string; id: string }[] = []
    for (const [index, at] of times.entries()) {
      const post = `${name}-${index}`
      await take(channel, said(post, { by: name, at, ...more }))
      const text = 'select conversation_id as id from messages where remote_id = $1'
      const { rows } = await superuser.query<{ id: string }>(text, [post])
      threads.push({ post, id: rows[0]?.id ?? '' })
    }
    return { name, threads, ids: threads.map(({ id }) => id) }
  }
  async function everyRow(): Promise<Record<string, string[]>> {
    const all: Record<string, string[]> = {}
    for (const table of tables) {
      const text = `select to_jsonb(t) - 'version' as row from ${table} t`
      const { rows } = await superuser.query<{ row: object }>(text)
      all[table] = rows.map(({ row }) => JSON.stringify(row)).sort()
    }
    return all
  }
  return {
    server,
    owner,
    colleague: await server.people.member(owner, 'responder'),
    channel,
    second,
    act,
    take,
    talks,
    everyRow,
    answers: (id, parent, at) => take(channel, said(id, { by: 'shop', parent, root: parent, at })),
    read: async (id) => Conversation.parse((await act('GET', id)).body),
    async listed(name, query = '') {
      const path = `/api/v1/conversations?limit=100&sort=newest&${query}`
      const answer = await server.request(owner, 'GET', path)
      const { items } = listOf(ConversationSummary).parse(answer.body)
      return items.filter(({ person }) => person.name === name.toUpperCase())
    },
    merge: (id, ...otherIds) => moved(`${id}/merge`, { otherIds }),
    split: (id, body) => moved(`${id}/split`, body),
    undo: ({ move }) => act('POST', `${move?.keptId}/moves/${move?.id}/undo`),
    rows: async (text, values) => (await superuser.query(text, values)).rows,
    async close() {
      await superuser.end()
      await server.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}
