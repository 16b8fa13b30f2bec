import { Figures } from '../contract/figures.ts'
import { openDesk } from './desk.ts'
import { readBare } from './figures/bare.ts'
import { median, report, round } from './harness.ts'
import { fill, type Size } from './inbox/fill.ts'
import { type DeskArm, medians, spread, type Timed, timeInTurns } from './turns.ts'

const goals = { ratio: 1.5, growth: 1.3 }
const rounds = 8
const requests = 3
const periods = [7, 30]
const DAY = 86_400_000

/** `SIZE`: both sizes of one run: the second has the same days, and ten or five times as many before them. */
const sizes = new Map<string, [Size, Size]>([
  ['quick', [size(2000, 365), size(10_000, 1825)]],
  ['usual', [size(20_000, 365), size(100_000, 1825)]],
  ['full', [size(100_000, 365), size(1_000_000, 3650)]],
])

function size(conversations: number, days: number): Size {
  return { conversations, messages: conversations * 4, history: { days, businesses: 2 } }
}

/**
 * The figures of the last 7 and 30 days through the whole program, against one plain statement for the main
 * numbers (`readBare` says what it is spared) plus a request through the same server and guard that reads
 * nothing. At two sizes, all in turn, of which the larger has the same days and a longer history before them:
 * `SIZE=full` for 100,000 conversations of one year and 1 million of ten, shared by two businesses.
 * @returns whether the goals were met: 1.5 times the floor for 30 days, and 1.3 for growth
 */
export async function figures(): Promise<boolean> {
  const chosen = sizes.get(process.env.SIZE ?? 'usual')
  if (!chosen) throw new Error(`SIZE must be one of ${[...sizes.keys()].join(', ')}`)
  const desks: Desk[] = []
  try {
    for (const one of chosen) desks.push(await openSized(one))
    for (const desk of desks) for (const days of periods) await assertSame(desk, days)
    return reportTimes(await timeInTurns(desks, armsOf, { rounds, requests }), desks)
  } finally {
    for (const { close } of desks) await close()
  }
}

type Desk = Awaited<ReturnType<typeof openSized>>

async function openSized(size: Size) {
  const desk = await openDesk((owner, workspaceId) => fill(owner, workspaceId, size))
  const { ask, workspaceId } = desk
  const { owner } = desk.database
  // As the program does: compiling takes longer than the statement.
  await owner.query('set jit = off')
  const firstDay = (days: number) =>
    new Date(Date.now() - (days - 1) * DAY).toISOString().slice(0, 10)
  const tomorrow = new Date((Math.floor(Date.now() / DAY) + 1) * DAY)
  return {
    ...desk,
    size,
    ours: (days: number) => ask(`/api/v1/figures?from=${firstDay(days)}`),
    bare: (days: number) => readBare(owner, { workspaceId, from: firstDay(days), to: tomorrow }),
  }
}

/** Before anything is timed: both say the same. The program counts whole milliseconds. */
async function assertSame({ ours, bare }: Desk, days: number): Promise<void> {
  const { total } = Figures.parse(JSON.parse(await ours(days)))
  const floor = await bare(days)
  const near = (one: number | undefined, other: number | null) =>
    Math.abs((one ?? Number.NaN) - (other ?? Number.NaN)) <= 1
  const same =
    total.waits === floor.waits &&
    total.answered === floor.answered &&
    near(total.calendar?.median.ms, floor.median) &&
    near(total.calendar?.p90.ms, floor.p90)
  if (!same || total.waits < 20)
    throw new Error(`${days} days: ${JSON.stringify(total)} differs from ${JSON.stringify(floor)}`)
}

function armsOf({ askNothing, ours, bare }: Desk): DeskArm[] {
  return [
    { name: 'empty', run: askNothing },
    ...periods.flatMap((days) => [
      { name: `ours ${days}`, run: () => ours(days) },
      { name: `bare ${days}`, run: () => bare(days) },
    ]),
  ]
}

function reportTimes(timed: Timed, desks: readonly Desk[]): boolean {
  let met = true
  const of = (at: number, name: string) => medians(timed(at, name))
  for (const [at, { size }] of desks.entries())
    for (const days of periods) {
      const floors = of(at, `bare ${days}`).map(
        (bare, round) => bare + (of(at, 'empty')[round] ?? 0),
      )
      const ratios = of(at, `ours ${days}`).map(
        (ours, round) => ours / (floors[round] ?? Number.NaN),
      )
      const line = spread(ratios)
      // A week is so little that what every page reads, whatever it asks, is a good part of it.
      const goal = days === 30 ? goals.ratio : undefined
      report({
        workload: 'figures',
        metric: `ms of the last ${days} days against bare SQL plus an empty request`,
        ours: round(median(of(at, `ours ${days}`))),
        floor: round(median(floors)),
        ...line,
        size: size.conversations,
        historyDays: size.history?.days,
        rounds: ratios.length,
        goal,
      })
      met &&= goal === undefined || line.ratio <= goal
    }
  for (const days of periods) {
    const [small, large] = [of(0, `ours ${days}`), of(1, `ours ${days}`)]
    const line = spread(large.map((ours, round) => ours / (small[round] ?? Number.NaN)))
    report({
      workload: 'figures',
      metric: `growth of the last ${days} days with older history`,
      ours: round(median(large)),
      floor: round(median(small)),
      ...line,
      size: desks[1]?.size.conversations,
      rounds: large.length,
      goal: goals.growth,
    })
    met &&= line.ratio <= goals.growth
  }
  return met
}
