import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Conversation, ConversationSummary } from '../../contract/conversations.ts'
import { listOf } from '../../contract/http.ts'
import { OutgoingMailView } from '../../contract/mail.ts'
import { createParley } from '../../src/app.ts'
import { readConfig } from '../../src/platform/config.ts'
import { createTestDatabase } from '../../test/database.ts'
import { allowOrigin, asServerOwner, makeKey, quickPace } from '../../test/desk.ts'
import { createCaller } from '../../test/http.ts'
import { createTestLog } from '../../test/log.ts'
import type { MailTown } from './town.ts'

export type MailDesk = Awaited<ReturnType<typeof openMailDesk>>

/** A whole Parley in this process beside a town's mailbox, not connected to it yet. */
export async function openMailDesk(town: MailTown) {
  const home = await mkdtemp(join(tmpdir(), 'parley-mail-desk-'))
  const database = await createTestDatabase()
  for (const { port } of [town.gates.imap, town.gates.smtp])
    await allowOrigin(database.url, `tcp://127.0.0.1:${port}`)
  const log = createTestLog()
  const parley = await createParley({
    config: readConfig({ PARLEY_HOME: home }),
    databaseUrl: database.url,
    log: log.log,
    limits: { perCaller: 100_000, perAddress: 100_000 },
    sender: { pollMs: 100, leaseMs: 2000 },
    stream: { leaseMs: 2000, pace: quickPace },
  })
  await parley.server.app.ready()
  await parley.start()
  const { key, actor } = await makeKey(database)
  const call = createCaller(parley.server.app)
  const api = (method: string, path: string, body?: unknown) => call({ key }, method, path, body)
  const conversations = async () => {
    const answer = await api('GET', '/api/v1/conversations?state=new,open,waiting-customer,done')
    return listOf(ConversationSummary).parse(answer.body).items
  }
  return {
    database,
    log,
    api,
    workspaceId: actor.workspaceId,
    conversations,
    connect: () => api('POST', '/api/v1/channels', { network: 'email', fields: town.fields }),
    conversation: async (id: string) =>
      Conversation.parse((await api('GET', `/api/v1/conversations/${id}`)).body),
    mails: async () => {
      const answer = await api('GET', '/api/v1/outgoing-mails')
      return listOf(OutgoingMailView).parse(answer.body).items
    },
    /** Bytes of what a path answers, as a browser gets them. */
    get: (path: string) =>
      parley.server.app.inject({
        method: 'GET',
        url: path,
        headers: { authorization: `Bearer ${key}` },
      }),
    /** Jobs that wait for the clock are due. */
    hasten: async () => {
      await asServerOwner(
        database.url,
        'update graphile_worker._private_jobs set run_at = now() where run_at > now()',
      )
    },
    async close() {
      await parley.stop()
      await database.drop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** Tries until there is an answer; fails after 60 s. */
export async function until<Answer>(
  attempt: () => Promise<Answer | undefined | false>,
): Promise<Answer> {
  for (const end = Date.now() + 60_000; ; await pause(100)) {
    const answer = await attempt()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > end) throw new Error('it did not come to pass in time')
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
