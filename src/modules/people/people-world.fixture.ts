import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { listOf } from '../../../contract/http.ts'
import { Person, PersonSummary } from '../../../contract/people.ts'
import { createTestServer, type Person as Member, type TestServer } from '../../../test/http.ts'
import { createTestLog } from '../../../test/log.ts'
import { makeChannel, minute, session, town, translate } from '../../../test/town.ts'
import type { RawEvent } from '../../connectors/contract.ts'
import { loadKeyring } from '../../platform/crypto.ts'
import { refreshConversations, registerConversations } from '../conversations/index.ts'
import { type IngestChannel, ingestPage } from '../ingest/index.ts'
import { actorOf } from '../members/index.ts'
import { registerReplyClock } from '../reply-clock/index.ts'
import { registerPeople } from './index.ts'

export type PeopleWorld = {
  server: TestServer
  owner: Member
  channel: IngestChannel
  second: IngestChannel
  take(to: IngestChannel, ...events: RawEvent[]): Promise<unknown>
  /** Answers 200 with a person. */
  person(method: string, path: string, body?: unknown): Promise<Person>
  find(name: string): Promise<Person>
  close(): Promise<void>
}

/** A business that hears a town on one network and its neighbours on another. */
export async function openPeopleWorld(): Promise<PeopleWorld> {
  const home = await mkdtemp(join(tmpdir(), 'parley-people-'))
  const keyring = await loadKeyring(join(home, 'secret.key'))
  const connectors = new Map([
    ['town', town],
    ['village', { ...town, network: 'village' }],
  ])
  const server = await createTestServer((app, database) => {
    const clock = () => minute(500)
    const { http, dial, oauth } = session
    const { log } = createTestLog()
    const deps = { database, http, dial, oauth, keyring, connectors, clock, log, actorOf }
    registerConversations(app, { ...deps, practiceUrl: '' })
    registerReplyClock(app, { db: database.db, actorOf })
    registerPeople(app, { database, clock, refresh: refreshConversations, actorOf })
  })
  const owner = await server.people.owner()
  const channel = await makeChannel(server.database, owner)
  const second = await makeChannel(server.database, { ...owner, network: 'village' })
  async function person(method: string, path: string, body?: unknown): Promise<Person> {
    const answer = await server.request(owner, method, `/api/v1/people/${path}`, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    return Person.parse(answer.body)
  }
  return {
    server,
    owner,
    channel,
    second,
    take: (to, ...events) =>
      ingestPage(server.database.db, { translate }, to, { events, cursor: null, more: false }),
    person,
    async find(name) {
      const path = `/api/v1/people?text=${encodeURIComponent(name)}`
      const answer = await server.request(owner, 'GET', path)
      const [first] = listOf(PersonSummary).parse(answer.body).items
      if (!first) throw new Error(`nobody is called ${name}`)
      return person('GET', first.id)
    },
    async close() {
      await server.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}
