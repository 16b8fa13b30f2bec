import { loadavg } from 'node:os'

/**
 * One way of doing the work. `run` does one batch; it is called with each batch of each round once. `settle`
 * is not timed: it waits for what the batch left to be done, so that it does not burden the next arm.
 */
export type Arm<Batch> = {
  name: string
  run(batch: Batch): Promise<void>
  settle?(): Promise<void>
}

export type Timing = {
  /** Milliseconds for the whole round, by arm. */
  rounds: Map<string, number>[]
  /** Rounds in which a floor moved too much to be believed. */
  refused: number
}

/** One line of output: `ours` and `floor` in units a second, `ratio` with its spread over the rounds. */
export type Line = {
  workload: string
  metric: string
  ours: number
  floor: number
  ratio: number
  min: number
  max: number
  size: number
  rounds: number
  refused: number
  goal?: number
}

/** A floor that is further than this from its own median makes a round worthless. */
const MOST_DRIFT = 0.3

/**
 * Times the arms on the same batches. They take turns at every batch, and who begins changes with every
 * round, so that a slow disk or a busy neighbour meets them all. The first round only warms up.
 */
export async function timeArms<Batch>(
  arms: readonly Arm<Batch>[],
  rounds: readonly (readonly Batch[])[],
): Promise<Timing> {
  const timed: Map<string, number>[] = []
  for (const [number, batches] of rounds.entries()) {
    const spent = new Map(arms.map((arm) => [arm.name, 0]))
    for (const [place, batch] of batches.entries()) {
      for (const turn of arms.keys()) {
        const arm = arms[(turn + number + place) % arms.length]
        if (!arm) continue
        const start = performance.now()
        await arm.run(batch)
        spent.set(arm.name, (spent.get(arm.name) ?? 0) + performance.now() - start)
        await arm.settle?.()
      }
    }
    if (number > 0) timed.push(spent)
  }
  return { rounds: timed, refused: 0 }
}

/** Leaves out the rounds in which one of the floors ran far from its own median. */
export function refuseNoisy(timing: Timing, floors: readonly string[]): Timing {
  const medians = new Map(
    floors.map((name) => [name, median(timing.rounds.map((round) => round.get(name) ?? 0))]),
  )
  const quiet = timing.rounds.filter((round) =>
    floors.every((name) => {
      const usual = medians.get(name) ?? 0
      return Math.abs((round.get(name) ?? 0) - usual) <= MOST_DRIFT * usual
    }),
  )
  return { rounds: quiet, refused: timing.rounds.length - quiet.length }
}

type Comparison = {
  workload: string
  metric: string
  ours: string
  floor: string
  size: number
  /** Units of work in one round. */
  units: number
  goal?: number
}

/** The median of the rounds' own ratios, not the ratio of medians. */
export function compare(timing: Timing, comparison: Comparison): Line {
  const { ours, floor, units, ...rest } = comparison
  const times = (name: string) => timing.rounds.map((round) => round.get(name) ?? Number.NaN)
  const ratios = timing.rounds.map(
    (round) => (round.get(floor) ?? Number.NaN) / (round.get(ours) ?? Number.NaN),
  )
  const rate = (name: string) => Math.round((units / median(times(name))) * 1000)
  return {
    ...rest,
    ours: rate(ours),
    floor: rate(floor),
    ratio: round(median(ratios)),
    min: round(Math.min(...ratios)),
    max: round(Math.max(...ratios)),
    rounds: timing.rounds.length,
    refused: timing.refused,
  }
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]]
  return sorted.length % 2 === 1 ? high : (low + high) / 2
}

export function round(number: number): number {
  return Math.round(number * 1000) / 1000
}

/** Writes one JSON object on a line of its own. */
export function report(line: Line | Record<string, unknown>): void {
  const loadAverage = loadavg()[0] ?? 0
  process.stdout.write(`${JSON.stringify({ ...line, loadAverage: round(loadAverage) })}\n`)
}

/** A repeatable source of chance (mulberry32): numbers in [0, 1). */
export function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
