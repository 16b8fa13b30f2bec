import type pg from 'pg'
import { DeliveryId } from '../contract/ids.ts'
import { printReply, refuseCopy } from '../src/modules/uniqueness/index.ts'
import { inWorkspace } from '../src/platform/db.ts'
import { newId } from '../src/platform/ids.ts'
import { openDesk } from './desk.ts'
import { median, report, round } from './harness.ts'
import { fill, idOf } from './inbox/fill.ts'
import { addReplies, createTexts } from './near-copies/replies.ts'
import { type DeskArm, medians, spread, type Timed, timeInTurns } from './turns.ts'

const goals = { growth: 1.3, share: 0.5 }
const rounds = 8
const requests = 15

/** `SIZE`: replies sent over the last year, at both sizes of one run. */
const sizes = new Map<string, [number, number]>([
  ['quick', [2000, 10_000]],
  ['usual', [20_000, 100_000]],
  ['full', [100_000, 1_000_000]],
])

/**
 * What the check for near copies costs a reply, when 100,000 and 1 million replies were sent over the last
 * year (`SIZE=full`). `reply`: the whole route, against the rows that it leaves written as plain statements in
 * one transaction (the delivery, what is kept for the check, the conversation; the floor knows all values
 * beforehand, checks nothing and writes no audit entry) plus a request that reads nothing. `check`: only the
 * comparison, in a transaction of its own, against the whole route. Growth is of the medians.
 * @returns whether the check is at most half of a reply and neither grows by more than 1.3
 */
export async function nearCopies(): Promise<boolean> {
  const chosen = sizes.get(process.env.SIZE ?? 'usual')
  if (!chosen) throw new Error(`SIZE must be one of ${[...sizes.keys()].join(', ')}`)
  const desks: Desk[] = []
  try {
    for (const replies of chosen) desks.push(await openSized(replies))
    for (const desk of desks) await assertRefused(desk)
    return reportTimes(await timeInTurns(desks, armsOf, { rounds, requests }), desks)
  } finally {
    for (const { close } of desks) await close()
  }
}

type Desk = Awaited<ReturnType<typeof openSized>>

async function openSized(replies: number) {
  const conversations = Math.max(5000, replies / 10)
  // The others were not answered yet: each takes one reply, and nobody is warned of a colleague's.
  const answered = conversations - 1000
  const size = {
    conversations: conversations * 2,
    messages: conversations * 4,
    history: { days: 365, businesses: 2 },
  }
  const desk = await openDesk(async (owner, workspaceId) => {
    await fill(owner, workspaceId, size)
    await owner.query('update channels set limits = $1, abilities = $2', [limits, abilities])
    const from = (answered * 2).toString(16).padStart(12, '0')
    await owner.query('update messages set ref = $1 where conversation_id >= $2', [
      { acct: 'customer', mentions: [], visibility: 'public' },
      `00000000-0000-7000-8000-${from}`,
    ])
    await addReplies(owner, { workspaceId, conversations: answered, replies })
  })
  const { workspaceId, ask } = desk
  const { owner, db } = desk.database
  const text = createTexts(replies)
  const actor = { kind: 'system', workspaceId, name: 'bench' } as const
  let asked = answered
  // Each time another one of the business, whose ids are even.
  const next = () => `00000000-0000-7000-8000-${(asked++ * 2).toString(16).padStart(12, '0')}`
  return {
    ...desk,
    replies,
    reply: (said = text()) => ask(`/api/v1/conversations/${next()}/replies`, { text: said }),
    check: () =>
      inWorkspace(db, workspaceId, (tx) =>
        refuseCopy(tx, actor, { text: text(), names: [], now: new Date() }),
      ),
    async bare() {
      const said = text()
      await insertBare(owner, { workspaceId, said, conversation: next() })
    },
  }
}

/** The very rows that the route writes, by plain statements. */
async function insertBare(
  owner: pg.Client,
  { workspaceId, said, conversation }: { workspaceId: string; said: string; conversation: string },
): Promise<void> {
  const id = newId(DeliveryId)
  const print = printReply(said, [])
  const run = (name: string, text: string, values: unknown[]) => owner.query({ name, text, values })
  await owner.query('begin')
  await run('delivery', insertDelivery, [
    workspaceId,
    id,
    conversation,
    JSON.stringify({ text: said }),
  ])
  await run('print', insertPrint, [workspaceId, id, print?.words])
  await run('bands', insertBands, [workspaceId, id, print?.bands])
  await run('conversation', takeUp, [workspaceId, conversation])
  await owner.query('commit')
}

const insertDelivery = `
  insert into deliveries (workspace_id, id, channel_id, conversation_id, reply_to_message_id, state, content, send_key,
    not_before, created_by, created_by_name, created_at)
  select $1, $2::uuid, c.channel_id, c.id, m.id, 'held', $4, $2::text, now(), 'key:1', 'bench', now()
  from conversations c join messages m on m.workspace_id = c.workspace_id and m.conversation_id = c.id
  where c.workspace_id = $1 and c.id = $3 order by m.sent_at desc limit 1`
const insertPrint = `insert into reply_prints (workspace_id, delivery_id, words, created_at) values ($1, $2, $3, now())`
const insertBands = `
  insert into reply_bands (workspace_id, band, created_at, delivery_id)
  select $1, band, now(), $2 from unnest($3::bigint[]) band on conflict do nothing`
const takeUp = `update conversations set version = version + 1 where workspace_id = $1 and id = $2`

const text = {
  text: [{ max: 500, unit: 'graphemes' }],
  urlLength: 23,
  mentionsWithoutServer: true,
  countsContentWarning: true,
}
const limits = {
  public: text,
  private: text,
  media: { max: 4, imageBytes: 1, imageTypes: [], altText: null },
  readAt: '2026-01-01T00:00:00Z',
}
const abilities = { 'reply-public': { can: true }, 'reply-private': { can: true } }

/** Before anything is timed: a copy of a reply that is as old as the window allows is found. */
async function assertRefused({ reply, database, workspaceId, replies }: Desk): Promise<void> {
  const { rows } = await database.owner.query<{ text: string }>(
    `select content ->> 'text' as text from deliveries where workspace_id = $1 and id = ${idOf('$2::int')}`,
    [workspaceId, Math.ceil(replies * (1 - 89 / 365))],
  )
  const copy = rows[0]?.text ?? ''
  const refused = await reply(`Hello! ${copy}`).then(
    () => false,
    (error: unknown) => error instanceof Error && error.message.includes('too-alike'),
  )
  if (!refused) throw new Error(`a copy was not refused: ${copy}`)
}

function armsOf({ askNothing, reply, check, bare }: Desk): DeskArm[] {
  return [
    { name: 'empty', run: askNothing },
    { name: 'reply', run: () => reply() },
    { name: 'check', run: check },
    { name: 'bare', run: bare },
  ]
}

function reportTimes(timed: Timed, desks: readonly Desk[]): boolean {
  const of = (at: number, name: string) => medians(timed(at, name))
  let met = true
  const line = (
    metric: string,
    ours: number[],
    floor: number[],
    more: { size?: number; goal?: number },
  ) => {
    const ratios = ours.map((one, round) => one / (floor[round] ?? Number.NaN))
    const measured = spread(ratios)
    report({
      workload: 'near-copies',
      metric,
      ours: round(median(ours)),
      floor: round(median(floor)),
      ...measured,
      rounds: ratios.length,
      ...more,
    })
    met &&= more.goal === undefined || measured.ratio <= more.goal
  }
  for (const [at, { replies: size }] of desks.entries()) {
    const floor = of(at, 'bare').map((bare, round) => bare + (of(at, 'empty')[round] ?? 0))
    line('ms of a reply against its bare rows plus an empty request', of(at, 'reply'), floor, {
      size,
    })
    line('ms of the check against the whole reply', of(at, 'check'), of(at, 'reply'), {
      size,
      goal: goals.share,
    })
  }
  const size = desks[1]?.replies ?? 0
  for (const name of ['reply', 'check'])
    line(`growth of a ${name} with replies sent`, of(1, name), of(0, name), {
      size,
      goal: goals.growth,
    })
  return met
}
