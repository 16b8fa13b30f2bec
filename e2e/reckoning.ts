import { expect } from 'vitest'
import { z } from 'zod'
import { WorkspaceId } from '../contract/ids.ts'
import { verifyAudit } from '../src/modules/audit/index.ts'
import { openDatabase } from '../src/platform/db.ts'
import { asServerOwner } from '../test/desk.ts'
import type { Drill, Town } from './drill.ts'
import { pause } from './fleet.ts'

const Delivery = z.object({
  id: z.string(),
  state: z.string(),
  remote_id: z.string().nullable(),
  text: z.string(),
  conversation_id: z.string(),
  attempts: z.int(),
  reason: z.object({ kind: z.string(), detail: z.string() }).nullable(),
})
type Delivery = z.infer<typeof Delivery>

/**
 * Waits until nothing is under way any more.
 * @param hasten ends the waits between tries, where all that was late has arrived
 */
export async function untilSettled(
  databaseUrl: string,
  { timeoutMs, hasten = false }: { timeoutMs: number; hasten?: boolean },
): Promise<Delivery[]> {
  for (const end = Date.now() + timeoutMs; ; await pause(300)) {
    const deliveries = await readDeliveries(databaseUrl)
    const open = deliveries.filter(({ state }) => !['sent', 'unknown', 'failed'].includes(state))
    if (open.length === 0) return deliveries
    if (Date.now() > end) throw new Error(`not settled: ${JSON.stringify(open.slice(0, 5))}`)
    if (hasten)
      await asServerOwner(
        databaseUrl,
        `update deliveries set not_before = now() where state in ('queued', 'sending') and not_before > now()`,
      )
  }
}

async function readDeliveries(databaseUrl: string): Promise<Delivery[]> {
  const rows = await asServerOwner(
    databaseUrl,
    `select id, state, remote_id, content->>'text' as text, conversation_id, attempts, reason
     from deliveries order by created_at, id`,
  )
  return z.array(Delivery).parse(rows)
}

/** Every reply that was accepted is there, once; the network has it once, or it is said to be unknown. */
export async function expectOnce(
  drill: Drill,
  deliveries: readonly Delivery[],
  town: Town,
): Promise<{ sent: number; unknown: number; unknownStanding: number }> {
  const standing = Map.groupBy(await town.standing(), ({ text }) => answerIn(text))
  const told = { sent: 0, unknown: 0, unknownStanding: 0 }
  expect(deliveries.map(({ text }) => text).sort()).toEqual(
    drill.replies.map(({ text }) => text).sort(),
  )
  const byId = new Map(deliveries.map((delivery) => [delivery.id, delivery]))
  for (const { text, delivery } of drill.replies) {
    const kept = byId.get(delivery)
    const posts = standing.get(text) ?? []
    const where = `${text}: ${JSON.stringify(kept)} ${JSON.stringify(posts)}`
    expect(kept?.text, where).toBe(text)
    if (kept?.state === 'sent') {
      expect(
        posts.map(({ remoteId }) => remoteId),
        where,
      ).toEqual([kept.remote_id])
      told.sent += 1
    } else {
      expect(kept?.state, where).toBe('unknown')
      expect(posts.length, where).toBeLessThanOrEqual(1)
      expect(kept?.reason?.detail, where).not.toBe('')
      told.unknown += 1
      told.unknownStanding += posts.length
    }
  }
  // Nothing stands there that nobody asked for.
  expect(
    [...standing.keys()].filter((text) => !drill.replies.some((one) => one.text === text)),
  ).toEqual([])
  return told
}

/** The words of the reply in a post that may begin with the name of whom it answers. */
function answerIn(text: string): string {
  return text.slice(Math.max(text.indexOf('Answer '), 0))
}

/** In each conversation the replies stand in the order in which they were asked for. */
export function expectOrder(
  deliveries: readonly Delivery[],
  posts: readonly { remoteId: string }[],
) {
  const place = new Map(posts.map(({ remoteId }, index) => [remoteId, index]))
  for (const one of Map.groupBy(deliveries, (delivery) => delivery.conversation_id).values()) {
    const places = one.map((delivery) => place.get(delivery.remote_id ?? '') ?? -1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  }
}

/** Every question came in once, as a customer's; none of our own posts did. */
export async function expectAllReceived(databaseUrl: string, drill: Drill): Promise<void> {
  const Row = z.object({ author: z.string(), text: z.string(), delivery_id: z.string().nullable() })
  const read = async () =>
    z
      .array(Row)
      .parse(await asServerOwner(databaseUrl, 'select author, text, delivery_id from messages'))
  const questions = (rows: z.infer<typeof Row>[]) =>
    rows.flatMap(({ author, text }) =>
      author === 'customer' ? (/Question .*/.exec(text)?.[0] ?? text) : [],
    )
  await expect
    .poll(async () => new Set(questions(await read())).size, { timeout: 240_000, interval: 500 })
    .toBe(drill.asked.length)
  const rows = await read()
  expect(questions(rows).sort()).toEqual(drill.asked.toSorted())
  const answers = rows.filter(({ text }) => text.includes('Answer '))
  expect(answers.every(({ author, delivery_id }) => author === 'member' && delivery_id)).toBe(true)
  expect(new Set(answers.map(({ delivery_id }) => delivery_id)).size).toBe(answers.length)
}

/** @returns how many entries the chain has */
export async function expectAuditHolds(databaseUrl: string): Promise<number> {
  const database = openDatabase({ url: databaseUrl, max: 2, onError: () => undefined })
  try {
    const rows = await asServerOwner(databaseUrl, 'select id from workspaces')
    const [row] = z.array(z.object({ id: WorkspaceId })).parse(rows)
    if (!row) throw new Error('there is no workspace')
    const verdict = await verifyAudit(database.db, row.id)
    expect(verdict).toMatchObject({ ok: true })
    return verdict.ok ? verdict.entries : 0
  } finally {
    await database.close()
  }
}
