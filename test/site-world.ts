import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Channel } from '../contract/channels.ts'
import { ConversationSummary } from '../contract/conversations.ts'
import { listOf } from '../contract/http.ts'
import { createParley, type Parley } from '../src/app.ts'
import { readConfig } from '../src/platform/config.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { asServerOwner } from './desk.ts'
import {
  type Answer,
  type Caller,
  createCaller,
  createPeople,
  type People,
  type Person,
} from './http.ts'
import { createTestLog, type TestLog } from './log.ts'

/** A whole Parley with a form on a website, and what visitors do there. */
export type SiteWorld = {
  database: TestDatabase
  parley: Parley
  log: TestLog
  request: Caller
  people: People
  owner: Person
  channel: Channel
  /** The hidden field of a form on this page, as it was given out `ageMs` ago; default 10 s. */
  ticket(path: string, ageMs?: number): Promise<string>
  /** A visitor's request; `form` is posted as a browser does without a script. */
  visit(
    path: string,
    form?: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<Answer>
  /** Opens the form, waits as a person does, and sends it. */
  send(fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>
  /** Once what was sent is taken in, where that runs (`sending`). */
  conversations(): Promise<ConversationSummary[]>
  /** How many messages wait to be taken in. */
  waiting(): Promise<number>
  /** Resolves when nothing waits any more. */
  takenIn(): Promise<void>
  close(): Promise<void>
}

export type SiteWorldOptions = {
  siteLimits?: { perAddress: number; perConversation: number }
  /** Runs what runs by itself: taking in, sending, jobs. Without: what is sent waits until `parley.start`. */
  sending?: boolean
}

export async function openSiteWorld(options: SiteWorldOptions = {}): Promise<SiteWorld> {
  const home = await mkdtemp(join(tmpdir(), 'parley-site-'))
  const database = await createTestDatabase()
  const log = createTestLog()
  let ago = 0
  const clock = () => new Date(Date.now() - ago)
  const parley = await createParley({
    config: readConfig({ PARLEY_HOME: home }),
    databaseUrl: database.url,
    log: log.log,
    clock,
    limits: { perCaller: 100_000, perAddress: 100_000 },
    signInsPerMinute: 100_000,
    siteLimits: options.siteLimits ?? { perAddress: 10_000, perConversation: 10_000 },
    sender: { pollMs: 100 },
  })
  await parley.server.app.ready()
  if (options.sending) await parley.start()
  const request = createCaller(parley.server.app)
  const people = createPeople(request, { database, clock })
  const owner = await people.owner('The Corner Shop')
  const channel = await connectWebsite(request, owner)
  const visit: SiteWorld['visit'] = (path, form, headers = {}) =>
    form
      ? request(null, 'POST', path, new URLSearchParams(form).toString(), {
          'content-type': 'application/x-www-form-urlencoded',
          ...headers,
        })
      : request(null, 'GET', path, undefined, headers)
  const ticket: SiteWorld['ticket'] = async (path, ageMs = 10_000) => {
    ago = ageMs
    return ticketIn(await visit(path).finally(() => (ago = 0)))
  }
  const waiting = async () =>
    Number(
      Object(
        (
          await asServerOwner(database.url, 'select count(*)::int as count from website_waiting')
        )[0],
      ).count,
    )
  const takenIn = async () => {
    while ((await waiting()) > 0) await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return {
    ...{ waiting, takenIn },
    ...{ database, parley, log, request, people, owner, channel, visit, ticket },
    async send(fields, headers = {}) {
      const path = `/site/${channel.id}`
      return visit(path, { ticket: await ticket(path), url: '', ...fields }, headers)
    },
    async conversations() {
      if (options.sending) await takenIn()
      const { body } = await request(owner, 'GET', '/api/v1/conversations?sort=newest&limit=100')
      return listOf(ConversationSummary).parse(body).items
    },
    async close() {
      await parley.stop()
      await database.drop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** A form on a website, made by whoever may. */
export async function connectWebsite(
  request: Caller,
  as: Person,
  address = 'https://shop.example',
): Promise<Channel> {
  const { body } = await request(as, 'POST', '/api/v1/channels', {
    network: 'website',
    fields: { name: 'The Corner Shop', address },
  })
  return Channel.parse(body)
}

/** The hidden field of the form on a page. */
export function ticketIn({ body }: Answer): string {
  const found = /name="ticket" value="([^"]+)"/.exec(String(body))?.[1]
  if (found === undefined) throw new Error(`there is no form on this page: ${String(body)}`)
  return found
}

/** The path of the private conversation page that a page tells. */
export function privatePathIn({ body }: Answer): string {
  const found = /(\/site\/c\/[\w-]+)"/.exec(String(body))?.[1]
  if (found === undefined) throw new Error(`there is no private link: ${String(body)}`)
  return found
}
