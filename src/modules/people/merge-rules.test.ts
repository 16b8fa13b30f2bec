import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import type { ClockPolicy, ClockRule } from '../../../contract/clock.ts'
import { ReplyPolicyView } from '../../../contract/clock.ts'
import type { Person } from '../../../contract/people.ts'
import { asServerOwner } from '../../../test/desk.ts'
import { createTestLog } from '../../../test/log.ts'
import { said } from '../../../test/town.ts'
import { inWorkspace } from '../../platform/db.ts'
import { bindJob, startJobWorker } from '../../platform/jobs.ts'
import { recountDue } from '../conversations/index.ts'
import { announceRules, clockRules, takeClock } from '../reply-clock/index.ts'
import { openPeopleWorld, type PeopleWorld } from './people-world.fixture.ts'

// What is promised to one customer, when records are joined and taken apart.

let world: PeopleWorld
let kept: Person
let other: Person
let made = 0

beforeAll(async () => {
  world = await openPeopleWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  made++
  kept = await somebody(`ana${made}`, world.channel)
  other = await somebody(`anita${made}`, world.second)
  await promise([])
})

const minutes = (minutes: number) => ({ unit: 'calendar-minutes' as const, minutes })
const aboutKept = () => ({ when: { personId: kept.id }, target: minutes(5) })
const aboutOther = () => ({ when: { personId: other.id }, target: minutes(7) })

it('counts what was promised to the kept person for all their conversations, and back', async () => {
  await promise([aboutKept()])
  const mergeId = await merge()
  expect(await dues()).toEqual([5, 5])
  await undo(mergeId)
  expect(await dues()).toEqual([5, 240])
})

it('keeps what was promised to the other, for all conversations of the one they are now', async () => {
  await promise([aboutOther()])
  expect(await dues()).toEqual([240, 7])
  const mergeId = await merge()
  // What moved is due by it at once, without waiting for the job that works out the rest.
  expect((await dues({ recounted: false }))[1]).toBe(7)
  expect(await dues()).toEqual([7, 7])
  expect(await view()).toMatchObject({
    policy: { rules: [{ when: { personId: kept.id }, target: minutes(7) }] },
    people: [{ id: kept.id, name: kept.name, is: 'known' }],
  })
  await undo(mergeId)
  expect(await dues()).toEqual([240, 7])
  expect((await view()).policy.rules).toEqual([aboutOther()])
})

it('follows a record that was joined twice, and makes one rule of two about the same', async () => {
  const third = await somebody(`anca${made}`, world.second)
  await promise([
    { when: { personId: third.id, severity: 'urgent' }, ignoresOfficeHours: true },
    aboutOther(),
    aboutKept(),
  ])
  await world.person('POST', `${other.id}/merge`, { otherId: third.id })
  await merge()
  expect((await view()).policy.rules).toEqual([
    { when: { personId: kept.id, severity: 'urgent' }, ignoresOfficeHours: true },
    // The first of two stands, as it would by their order.
    { when: { personId: kept.id }, target: minutes(7) },
  ])
  expect(await dues()).toEqual([7, 7])
  const again = await view()
  await promise(again.policy.rules, again.version)
})

it('leaves the rules as they are when none is about them', async () => {
  const before = await view()
  await undo(await merge())
  expect((await view()).version).toBe(before.version)
})

it('does not keep in mind the rules of a change that did not come about', async () => {
  await promise([aboutOther()])
  const { workspaceId } = world.owner
  const { db } = world.server.database
  const undone = inWorkspace(db, workspaceId, async (tx) => {
    await takeClock(tx, workspaceId)
    await tx
      .updateTable('people')
      .set({ merged_into: kept.id })
      .where('id', '=', other.id)
      .execute()
    const { conditions } = await clockRules(tx, workspaceId, await announceRules(tx, workspaceId))
    expect(conditions).toEqual([{ personId: kept.id }])
    throw new Error('broken off')
  })
  await expect(undone).rejects.toThrow('broken off')
  const [version, next] = await inWorkspace(db, workspaceId, async (tx) => {
    const { version } = await takeClock(tx, workspaceId)
    return [version, await announceRules(tx, workspaceId)]
  })
  expect(next).toBe((version ?? 0) + 1)
  const { conditions } = await inWorkspace(db, workspaceId, (tx) =>
    clockRules(tx, workspaceId, next ?? null),
  )
  expect(conditions).toEqual([{ personId: other.id }])
})

async function somebody(name: string, on: PeopleWorld['channel']): Promise<Person> {
  await world.take(on, said(`said-by-${name}`, { by: name, at: 1 }))
  return world.find(name.toUpperCase())
}

async function merge(): Promise<string | undefined> {
  const joined = await world.person('POST', `${kept.id}/merge`, { otherId: other.id })
  return joined.merges[0]?.id
}

const undo = (mergeId: string | undefined) =>
  world.person('POST', `${kept.id}/merges/undo`, { mergeId })

async function view(): Promise<ReplyPolicyView> {
  const answer = await world.server.request(world.owner, 'GET', '/api/v1/reply-policy')
  return ReplyPolicyView.parse(answer.body)
}

async function promise(rules: readonly ClockRule[], version?: number): Promise<void> {
  const standing = await view()
  const policy: ClockPolicy = { ...standing.policy, rules: [...rules] }
  const body = { policy, version: version ?? standing.version }
  const saved = await world.server.request(world.owner, 'PUT', '/api/v1/reply-policy', body)
  expect(saved.status, JSON.stringify(saved.body)).toBe(200)
  await recount()
}

/** Minutes promised from when they began to wait: to whom is kept, and to the other. */
async function dues({ recounted = true } = {}): Promise<number[]> {
  if (recounted) await recount()
  const ids = [kept, other].map(({ conversations }) => conversations[0]?.id)
  const rows = await asServerOwner(
    world.server.database.url,
    `select extract(epoch from due_at - unanswered_since)::int / 60 as minutes from conversations
     where id = any($1) order by array_position($1, id)`,
    [ids],
  )
  return z
    .array(z.object({ minutes: z.int() }))
    .parse(rows)
    .map(({ minutes }) => minutes)
}

async function recount(): Promise<void> {
  const { url } = world.server.database
  const worker = await startJobWorker({
    url,
    jobs: [bindJob(recountDue, { database: world.server.database })],
    log: createTestLog().log,
  })
  const left = () => asServerOwner(url, 'select id from graphile_worker._private_jobs')
  await expect.poll(left).toEqual([])
  await worker.stop()
}
