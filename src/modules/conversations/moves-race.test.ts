import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { Conversation } from '../../../contract/conversations.ts'
import { ConversationId, WorkspaceId } from '../../../contract/ids.ts'
import { asServerOwner, type Desk, openDesk } from '../../../test/desk.ts'
import type { Answer } from '../../../test/http.ts'
import { inWorkspace } from '../../platform/db.ts'
import { takeClock } from '../reply-clock/index.ts'

// Real concurrency: a worker that sends, a stream that receives and requests, each on connections of
// their own, while conversations are merged, split and taken apart.

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

const query = (text: string, values: unknown[] = []) =>
  asServerOwner(desk.database.url, text, values)
const act = (path: string, body?: object): Promise<Answer> =>
  desk.api('POST', `/api/v1/conversations/${path}`, body)
const read = async (id: string) =>
  Conversation.parse((await desk.api('GET', `/api/v1/conversations/${id}`)).body)
const merge = (id: string, ...otherIds: string[]) => act(`${id}/merge`, { otherIds })
const Moved = z.object({ move: z.object({ id: z.string() }) })
const undo = (id: string, outcome: Answer) =>
  act(`${id}/moves/${Moved.parse(outcome.body).move.id}/undo`)

/** Words that nobody said before: a reply too like an earlier one is refused. */
const unheard = () => Array.from({ length: 6 }, () => crypto.randomUUID().slice(0, 8)).join(' ')

let made = 0
/** One customer in some threads. */
async function talks(count: number) {
  made += 1
  const as = `racer${made}`
  const threads = []
  for (let index = 0; index < count; index++)
    threads.push(await desk.customerAsks(`Race ${made}, thread ${index}`, { as }))
  return { as, threads, ids: threads.map(({ conversation }) => conversation) }
}

function pair<Id>([a, b]: Id[]): [Id, Id] {
  if (a === undefined || b === undefined) throw new Error('two are wanted')
  return [a, b]
}

/** All that the customer's conversations hold, with what they say of themselves. */
async function holdings(as: string) {
  const rows = await query(
    `select c.id, c.merged_into, c.message_count, c.unanswered_since, c.state,
      (select count(*)::int from messages m where m.conversation_id = c.id) as messages,
      (select count(*)::int from deliveries d where d.conversation_id = c.id) as deliveries
    from conversations c join identities i on i.id = c.identity_id where i.handle like $1`,
    [`${as}%`],
  )
  return z
    .array(
      z.object({
        id: z.string(),
        merged_into: z.string().nullable(),
        message_count: z.int(),
        messages: z.int(),
        deliveries: z.int(),
        unanswered_since: z.date().nullable(),
        state: z.string(),
      }),
    )
    .parse(rows)
}

/** Nothing is left behind in one that nobody sees, nor counted wrongly, and none leads in a circle. */
async function expectSound(as: string): Promise<void> {
  const all = await holdings(as)
  for (const one of all) {
    expect(one.message_count, one.id).toBe(one.messages)
    if (one.merged_into === null) continue
    expect(one).toMatchObject({ messages: 0, deliveries: 0, unanswered_since: null, state: 'done' })
    expect(all.find(({ id }) => id === one.merged_into)?.merged_into).toBeNull()
  }
}

async function untilMessages(as: string, count: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const all = await holdings(as)
      expect(all.reduce((sum, one) => sum + one.messages, 0)).toBe(count)
    },
    { timeout: 60_000, interval: 100 },
  )
}

it('merged while replies are sent: each stands once, in the conversation that stays', async () => {
  for (let round = 0; round < 4; round++) {
    const { as, ids } = await talks(2)
    const [a, b] = pair(ids)
    const words = unheard()
    const [first, second] = await Promise.all([
      desk.reply(a, { text: words, undoSeconds: 0 }),
      desk.reply(b, { text: unheard(), undoSeconds: 0 }),
    ])
    // Somewhere between taken up, sent and written down.
    await new Promise((resolve) => setTimeout(resolve, round * 60))
    expect((await merge(a, b)).status).toBe(200)
    await Promise.all([desk.until(first.id, ['sent']), desk.until(second.id, ['sent'])])
    await untilMessages(as, 4)
    await expectSound(as)
    const page = await read(b)
    expect(page.id).toBe(a)
    expect(page.messages.filter(({ author }) => author === 'member')).toHaveLength(2)
    expect(await desk.standing(words)).toHaveLength(1)
    expect(page.state).toBe('waiting-customer')
  }
})

it('joins of people, which change the rules: a reply is written down only after, and holds nothing up meanwhile', async () => {
  const { ids } = await talks(1)
  const [id = ''] = ids
  await desk.fault({ kind: 'outage', target: 'post' })
  const text = unheard()
  const reply = await desk.reply(ConversationId.parse(id), { text, undoSeconds: 0 })
  const rows = await query('select workspace_id from conversations where id = $1', [id])
  const workspaceId = WorkspaceId.parse(Object(rows[0]).workspace_id)
  await inWorkspace(desk.database.db, workspaceId, async (tx) => {
    await takeClock(tx, workspaceId)
    await desk.heal()
    await desk.until(reply.id, ['sending'], { hasten: true })
    await expect.poll(() => desk.standing(text)).toHaveLength(1)
    const waits = `select from pg_locks where classid = 4402 and not granted
      and database = (select oid from pg_database where datname = current_database())`
    await expect.poll(() => query(waits)).not.toEqual([])
    await sql`select from conversations where id = ${id} for update nowait`.execute(tx)
  })
  await desk.until(reply.id, ['sent'])
})

it('undone while a reply that was begun before is sent: it ends in the conversation that it answers', async () => {
  for (let round = 0; round < 3; round++) {
    const { as, ids } = await talks(2)
    const [a, b] = pair(ids)
    const reply = await desk.reply(b, { text: unheard(), undoSeconds: 0 })
    const outcome = await merge(a, b)
    await new Promise((resolve) => setTimeout(resolve, round * 80))
    const undone = await undo(a, outcome)
    expect(undone.status, JSON.stringify(undone.body)).toBe(200)
    await desk.until(reply.id, ['sent'])
    await untilMessages(as, 3)
    await expectSound(as)
    expect((await read(b)).messages.map(({ author }) => author)).toEqual(['customer', 'member'])
    expect((await read(a)).messages.map(({ author }) => author)).toEqual(['customer'])
  }
})

it('merged, split and taken apart while the customer writes in all threads: nothing is lost or doubled', async () => {
  const { as, threads, ids } = await talks(3)
  const [a = '', b = '', c = ''] = ids
  let said = 3
  const writing = (async () => {
    for (let index = 0; index < 30; index++) {
      const thread = threads[index % 3]
      await desk.control('POST', '/practice/posts', {
        as,
        text: `@shop and another thing, ${index}`,
        in_reply_to_id: thread?.post,
      })
      said += 1
    }
  })()
  const statuses = new Set<number>()
  const moving = (async () => {
    for (let index = 0; index < 8; index++) {
      const outcome = await merge(index % 2 ? a : b, index % 2 ? b : a, c)
      statuses.add(outcome.status)
      const page = await read(a)
      const half = page.messages[Math.floor(page.messages.length / 2)]
      const parted = await act(`${page.id}/split`, { fromMessageId: half?.id })
      statuses.add(parted.status)
      if (parted.status === 200) statuses.add((await undo(page.id, parted)).status)
      if (outcome.status === 200 && Moved.safeParse(outcome.body).success)
        statuses.add((await undo(page.id, outcome)).status)
    }
  })()
  await Promise.all([writing, moving])
  await untilMessages(as, said)
  await expectSound(as)
  expect([...statuses].filter((status) => ![200, 400, 409].includes(status))).toEqual([])
  const [doubled] = await query(
    'select remote_id from messages group by channel_id, remote_id having count(*) > 1',
  )
  expect(doubled).toBeUndefined()
})

it('merged both ways at one moment, and in a circle, one stays and all lead there', async () => {
  for (let round = 0; round < 3; round++) {
    const { as, ids } = await talks(3)
    const [a = '', b = '', c = ''] = ids
    const answers = await Promise.all([merge(a, b), merge(b, a), merge(b, c), merge(c, a)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    await expectSound(as)
    const standing = (await holdings(as)).filter((one) => one.merged_into === null)
    expect(standing).toHaveLength(1)
    expect(standing[0]?.messages).toBe(3)
    for (const id of ids) expect((await read(id)).id).toBe(standing[0]?.id)
  }
})

it('merged while members write notes and drafts in both: all of it is where people look', async () => {
  const { as, ids } = await talks(2)
  const [a = '', b = ''] = ids
  const written = [...Array(12).keys()].map((index) =>
    act(`${index % 2 ? a : b}/notes`, { text: `note ${index}` }),
  )
  const [outcome, ...notes] = await Promise.all([
    merge(a, b),
    ...written,
    desk.api('PUT', `/api/v1/conversations/${b}/draft`, {
      text: 'half a word',
      media: [],
      contentWarning: null,
    }),
  ])
  expect(outcome?.status).toBe(200)
  expect(notes.map(({ status }) => status).every((status) => status < 300)).toBe(true)
  await expectSound(as)
  const page = await read(b)
  expect(page.notes).toHaveLength(12)
  expect(page.draft?.text).toBe('half a word')
})
