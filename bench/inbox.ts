import type pg from 'pg'
import { ConversationSummary } from '../contract/conversations.ts'
import { listOf } from '../contract/http.ts'
import { openDesk } from './desk.ts'
import { chance, median, report, round } from './harness.ts'
import { fill, type Size, wordOf } from './inbox/fill.ts'
import { bareSql, type ListKind, listKinds, wrongPlans } from './inbox/lists.ts'

const goals = { list: 1.5, growth: 1.3, searchGrowth: 2 }
const rounds = 8
const requestsARound = 20

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
    const met = reportTimes(await time(desks), desks)
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
  return { ...desk, size, words: desk.filled, owner: desk.database.owner }
}

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

type Times = Map<string, number[][]>

/** Milliseconds of each request, by arm, round and desk. Both sizes and all arms take turns. */
async function time(desks: readonly Desk[]): Promise<Times[]> {
  const all: Times[] = desks.map(() => new Map())
  const random = chance(7)
  for (let round = 0; round < rounds; round++) {
    const arms = desks.flatMap((desk, at) => armsOf(desk).map((arm) => ({ ...arm, at })))
    const spent = arms.map((): number[] => [])
    for (let turn = 0; turn < requestsARound; turn++)
      for (const place of arms.keys()) {
        const which = (place + turn + round) % arms.length
        const word = random()
        const begun = performance.now()
        await arms[which]?.run(word)
        spent[which]?.push(performance.now() - begun)
      }
    // The first round only warms up.
    if (round === 0) continue
    for (const [which, { name, at }] of arms.entries()) {
      const times = all[at]?.get(name) ?? []
      all[at]?.set(name, [...times, spent[which] ?? []])
    }
  }
  return all
}

function armsOf({ ask, askNothing, owner, workspaceId, words }: Desk) {
  const empty = { name: 'empty', run: async (_: number) => void (await askNothing()) }
  const word = (part: number) => wordOf(Math.floor(part * words))
  return [
    empty,
    ...listKinds.flatMap((kind) => [
      { name: kind.name, run: async (part: number) => void (await ask(pathOf(kind, word(part)))) },
      {
        name: `bare ${kind.name}`,
        run: async (part: number) => void (await readBare(owner, kind, workspaceId, word(part))),
      },
    ]),
  ]
}

const p95 = (times: readonly number[]) =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN

function reportTimes(all: readonly Times[], desks: readonly Desk[]): boolean {
  let met = true
  const rows = (at: number, name: string) => all[at]?.get(name) ?? []
  const spread = (ratios: readonly number[]) => ({
    ratio: round(median(ratios)),
    min: round(Math.min(...ratios)),
    max: round(Math.max(...ratios)),
  })
  for (const [at, { size }] of desks.entries())
    for (const { name, search } of listKinds) {
      const [empty, bare] = [rows(at, 'empty'), rows(at, `bare ${name}`)]
      const ratios = rows(at, name).map(
        (ours, round) => p95(ours) / (p95(bare[round] ?? []) + p95(empty[round] ?? [])),
      )
      const ms = {
        ours: p95(rows(at, name).flat()),
        bare: p95(bare.flat()),
        empty: p95(empty.flat()),
      }
      const goal = search ? undefined : goals.list
      const line = {
        workload: 'inbox',
        metric: `p95 of ${name} against bare SQL plus an empty request`,
        ...size,
      }
      const measured = spread(ratios)
      report({ ...line, goal, ...measured, ms: mapRound(ms), rounds: ratios.length })
      met &&= goal === undefined || measured.ratio <= goal
    }
  for (const { name, search } of listKinds) {
    const ratios = rows(1, name).map(
      (ours, round) => median(ours) / median(rows(0, name)[round] ?? []),
    )
    const goal = search ? goals.searchGrowth : goals.growth
    const measured = spread(ratios)
    const messages = desks.map(({ size }) => size.messages)
    report({ workload: 'inbox', metric: `growth of ${name}, median`, messages, goal, ...measured })
    met &&= measured.ratio <= goal
  }
  return met
}

function mapRound(numbers: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, round(number)]))
}
