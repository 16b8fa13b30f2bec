import type pg from 'pg'
import { ConversationSummary } from '../contract/conversations.ts'
import { listOf } from '../contract/http.ts'
import { openDesk } from './desk.ts'
import { chance, median, report, round } from './harness.ts'
import { fill, type Size, wordOf } from './inbox/fill.ts'
import { bareSql, type ListKind, listKinds, wrongPlans } from './inbox/lists.ts'
import { type DeskArm, type Rounds, spread, type Timed, timeInTurns } from './turns.ts'

const goals = { list: 1.5, growth: 1.3, searchGrowth: 2 }
const rounds = 8
const requests = 20

/** `SIZE`: both sizes of one run, the smaller first. */
const sizes = new Map<string, [Size, Size]>([
  ['quick', [size(2000, 20_000), size(10_000, 100_000)]],
  ['usual', [size(20_000, 200_000), size(100_000, 1_000_000)]],
  ['full', [size(100_000, 1_000_000), size(1_000_000, 10_000_000)]],
])

function size(conversations: number, messages: number): Size {
  return { conversations, messages }
}

/**
 * Pages of the inbox through the whole program, with key, walls and all, against the bare statement with
 * the same conditions plus a request through the same server and guard that reads nothing. At two sizes,
 * all in turn: `SIZE=full` for 1 million conversations and 10 million messages.
 * @returns whether the goals were met
 */
export async function inbox(): Promise<boolean> {
  const chosen = sizes.get(process.env.SIZE ?? 'usual')
  if (!chosen) throw new Error(`SIZE must be one of ${[...sizes.keys()].join(', ')}`)
  const [small, large] = chosen
  const desks = [await openSized(small)]
  try {
    desks.push(await openSized(large))
    for (const desk of desks) await assertSame(desk)
    const met = reportTimes(await timeInTurns(desks, armsOf, { rounds, requests }), desks)
    const wrong = await plansOf(desks)
    for (const { name, plan } of wrong)
      process.stderr.write(`${name} is not read along its index:\n${plan}\n`)
    return met && wrong.length === 0
  } finally {
    for (const { close } of desks) await close()
  }
}

async function plansOf([, large]: readonly Desk[]) {
  const enough = large !== undefined && large.size.conversations >= 100_000
  return enough ? wrongPlans(large.owner, large.workspaceId) : []
}

type Desk = Awaited<ReturnType<typeof openSized>>

async function openSized(size: Size) {
  const desk = await openDesk((owner, workspaceId) => fill(owner, workspaceId, size))
  const { owner } = desk.database
  const { rows } = await owner.query<{ id: string }>(
    `select id from conversations where workspace_id = $1 order by id limit 200`,
    [desk.workspaceId],
  )
  return { ...desk, size, words: desk.filled, owner, opened: rows.map(({ id }) => id) }
}

const conversation = 'one conversation with its messages'
const measured = [
  ...listKinds.map(({ name, search }) => ({
    name,
    goal: search ? undefined : goals.list,
    growth: search ? goals.searchGrowth : goals.growth,
  })),
  { name: conversation, goal: undefined, growth: goals.growth },
]

const pathOf = (kind: ListKind, word: string) =>
  `/api/v1/conversations?${new URLSearchParams({ ...kind.query, ...(kind.search && { text: word }) })}`

/** Before anything is timed: the program and the bare statement answer with the same rows in the same order. */
async function assertSame({ ask, owner, workspaceId }: Desk): Promise<void> {
  for (const kind of listKinds) {
    const word = wordOf(1)
    const { items } = listOf(ConversationSummary).parse(JSON.parse(await ask(pathOf(kind, word))))
    const rows = await readBare(owner, kind, workspaceId, word)
    const there = rows.slice(0, 50).map(({ id }) => id)
    if (items.length < 3 || items.map(({ id }) => String(id)).join() !== there.join())
      throw new Error(`${kind.name}: ${items.length} items differ from ${there.length} rows`)
  }
}

async function readBare(owner: pg.Client, kind: ListKind, workspaceId: string, word: string) {
  const values = kind.search ? [workspaceId, word] : [workspaceId]
  const { rows } = await owner.query<{ id: string }>({
    name: kind.name,
    text: bareSql(kind),
    values,
  })
  return rows
}

function armsOf({ ask, askNothing, owner, workspaceId, words, opened }: Desk): DeskArm[] {
  const random = chance(7)
  const word = () => wordOf(Math.floor(random() * words))
  const one = () => opened[Math.floor(random() * opened.length)]
  const text = `select * from messages where workspace_id = $1 and conversation_id = $2 order by sent_at`
  return [
    { name: 'empty', run: askNothing },
    { name: conversation, run: () => ask(`/api/v1/conversations/${one()}`) },
    {
      name: `bare ${conversation}`,
      run: () => owner.query({ name: conversation, text, values: [workspaceId, one()] }),
    },
    ...listKinds.flatMap((kind) => [
      { name: kind.name, run: () => ask(pathOf(kind, word())) },
      { name: `bare ${kind.name}`, run: () => readBare(owner, kind, workspaceId, word()) },
    ]),
  ]
}

const p95 = (times: readonly number[]) =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN

function reportTimes(rows: Timed, desks: readonly Desk[]): boolean {
  let met = true
  for (const [at, { size }] of desks.entries())
    for (const { name, goal } of measured) {
      const arms = {
        ours: rows(at, name),
        bare: rows(at, `bare ${name}`),
        empty: rows(at, 'empty'),
      }
      const ratios = arms.ours.map(
        (ours, round) => p95(ours) / (p95(arms.bare[round] ?? []) + p95(arms.empty[round] ?? [])),
      )
      // Of all requests: in one round the slowest but one would be it, which is anybody's.
      const ms = mapArms(arms, p95)
      const ratio = round(ms.ours / (ms.bare + ms.empty))
      const metric = `p95 of ${name} against bare SQL plus an empty request`
      const medianMs = mapArms(arms, median)
      report({ workload: 'inbox', metric, ...size, goal, ...spread(ratios), ratio, ms, medianMs })
      met &&= goal === undefined || ratio <= goal
    }
  for (const { name, growth: goal } of measured) {
    const ratios = rows(1, name).map(
      (ours, round) => median(ours) / median(rows(0, name)[round] ?? []),
    )
    const line = spread(ratios)
    const messages = desks.map(({ size }) => size.messages)
    report({ workload: 'inbox', metric: `growth of ${name}, median`, messages, goal, ...line })
    met &&= line.ratio <= goal
  }
  return met
}

type Arms<Value> = { ours: Value; bare: Value; empty: Value }

/** Milliseconds of each arm, of the requests of all rounds. */
function mapArms(arms: Arms<Rounds>, of: (times: readonly number[]) => number): Arms<number> {
  const ms = (rounds: Rounds) => round(of(rounds.flat()))
  return { ours: ms(arms.ours), bare: ms(arms.bare), empty: ms(arms.empty) }
}
