import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ChannelId } from '../../../contract/ids.ts'
import type { MessageKind } from '../../../contract/understanding.ts'
import { createTestServer, type Person, type TestServer } from '../../../test/http.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { registerFigures } from './index.ts'
import { findWaits, type Turn } from './naive-waits.fixture.ts'
import { readWaits } from './store.ts'
import { addChannel, type Said, tellConversation } from './week.fixture.ts'

let server: TestServer
let owner: Person
let channel: ChannelId

beforeAll(async () => {
  server = await createTestServer((app, { db }) =>
    registerFigures(app, { db, clock: () => new Date(), actorOf: () => never() }),
  )
  owner = await server.people.owner()
  await inWorkspace(server.database.db, owner.workspaceId, async (tx) => {
    channel = await addChannel(tx, owner.workspaceId, 'shop')
  })
})
afterAll(() => server.close())

function never(): never {
  throw new Error('no request is made')
}

const hour = 3_600_000
const start = Date.parse('2026-10-01T00:00:00Z')
/** The gravest first; what was not read counts as the last. */
const grave: MessageKind[] = ['complaint', 'question', 'praise', 'other']
/** Few instants, so that much happens at the same one; half a millisecond between some. */
const instant = fc.integer({ min: 0, max: 24 })
const message = fc.record({
  at: instant,
  who: fc.constantFrom('customer', 'customer', 'member', 'automation'),
  waitsFor: fc.option(fc.integer({ min: 0, max: 12 }), { freq: 4, nil: null }),
  kind: fc.constantFrom(...grave, null),
  gone: fc.integer({ min: 0, max: 5 }).map((one) => one === 0),
})
const conversation = fc.array(message, { minLength: 1, maxLength: 12 })
type Message = {
  at: number
  who: string
  waitsFor: number | null
  kind: MessageKind | null
  gone: boolean
}
const asked = { who: 'customer', waitsFor: null, kind: null, gone: false }
/** The last before hour 2 waits only from hour 3 on: somebody waited since hour 0 all the same. */
const askedTwiceBeforeTheMerge: Message[] = [
  { ...asked, at: 0 },
  { ...asked, at: 1, waitsFor: 2 },
  { ...asked, at: 2 },
  { ...asked, at: 2, who: 'member' },
]

function saidOf({ at, who, waitsFor, kind, gone }: Message): Said {
  const time = new Date(start + at * hour)
  const author = who === 'member' ? 'member' : who === 'automation' ? 'automation' : 'customer'
  return {
    at: time.toISOString(),
    author,
    ...(author === 'customer' && kind !== null && { kind }),
    ...(author === 'customer' && waitsFor !== null && { waitsFrom: hours(at + waitsFor) }),
    ...(gone && (author === 'member' ? { returned: true } : { deleted: true })),
  }
}

function hours(count: number): Date {
  return new Date(start + count * hour)
}

/** All turns of the conversation, with nothing left out, as the method says; those said before `to` with their rank. */
function turnsOf(said: readonly Message[], to: Date): Turn[] {
  return said
    .filter(({ who, gone }) => who !== 'automation' && !gone)
    .map(({ at, who, waitsFor, kind }) => ({
      reply: who === 'member',
      at: start + at * hour,
      from: start + (at + (who === 'customer' ? (waitsFor ?? 0) : 0)) * hour,
      memberId: null,
      ...(hours(at) < to && { rank: grave.indexOf(kind ?? 'other') }),
    }))
}

async function read(tx: Tx, span: { from: Date; to: Date }, now: Date) {
  const found: string[] = []
  for await (const rows of readWaits(tx, owner.workspaceId, { span, filter: {}, now }))
    for (const { waits } of rows)
      for (const [since, answeredAt, , kind] of waits) found.push(`${since} ${answeredAt} ${kind}`)
  return found.sort()
}

it('finds the waits of a period that reading every message of every conversation would find', async () => {
  const period = fc.tuple(instant, fc.integer({ min: 1, max: 24 }))
  const desks = fc.array(conversation, { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(
      desks,
      fc.array(period, { minLength: 4, maxLength: 4 }),
      async (desk, periods) => {
        await inWorkspace(server.database.db, owner.workspaceId, async (tx) => {
          for (const [number, said] of desk.entries())
            await tellConversation(tx, {
              workspaceId: owner.workspaceId,
              channel,
              customer: `Customer ${number}`,
              said: said.map(saidOf),
            })
          for (const [first, length] of periods) {
            const span = { from: hours(first), to: hours(first + length) }
            const expected = desk
              .flatMap((said) => findWaits(turnsOf(said, span.to)))
              .filter(({ since }) => since >= span.from.getTime() && since < span.to.getTime())
              .map(({ since, answeredAt, rank = 0 }) => `${since} ${answeredAt} ${grave[rank]}`)
            expected.sort()
            for (const now of [span.to, hours(1000)])
              expect(await read(tx, span, now)).toEqual(expected)
          }
          throw new Undone()
        }).catch((error: unknown) => {
          if (!(error instanceof Undone)) throw error
        })
      },
    ),
    { numRuns: 60, examples: [[[askedTwiceBeforeTheMerge], Array(4).fill([2, 1])]] },
  )
})

/** Leaves nothing of one desk for the next. */
class Undone extends Error {}
