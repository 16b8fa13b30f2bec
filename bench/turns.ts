import { median, round } from './harness.ts'

/** One way of asking one desk: `run` is one request. */
export type DeskArm = { name: string; run(): Promise<unknown> }

/** Milliseconds of one arm on one desk: of each request of each round. */
export type Rounds = readonly (readonly number[])[]

/** What was timed: of the desk at this place, the arm of this name. */
export type Timed = (at: number, name: string) => Rounds

/**
 * Asks all desks in all ways, one request after the other: all arms of all sizes take turns, and who begins
 * changes with every turn, so that a busy neighbour meets them all. The first round only warms up.
 */
export async function timeInTurns<Desk>(
  desks: readonly Desk[],
  armsOf: (desk: Desk) => readonly DeskArm[],
  { rounds, requests }: { rounds: number; requests: number },
): Promise<Timed> {
  const arms = desks.flatMap((desk, at) =>
    armsOf(desk).map((arm) => ({ ...arm, at, timed: [] as number[][] })),
  )
  for (let round = 0; round < rounds; round++) {
    const spent = arms.map((): number[] => [])
    for (let turn = 0; turn < requests; turn++)
      for (const place of arms.keys()) {
        const which = (place + turn + round) % arms.length
        const begun = performance.now()
        await arms[which]?.run()
        spent[which]?.push(performance.now() - begun)
      }
    if (round > 0) for (const [which, { timed }] of arms.entries()) timed.push(spent[which] ?? [])
  }
  return (at, name) => arms.find((arm) => arm.at === at && arm.name === name)?.timed ?? []
}

/** The median of each round. */
export function medians(rounds: Rounds): number[] {
  return rounds.map(median)
}

/** Of the rounds' own ratios. */
export function spread(ratios: readonly number[]): { ratio: number; min: number; max: number } {
  return {
    ratio: round(median(ratios)),
    min: round(Math.min(...ratios)),
    max: round(Math.max(...ratios)),
  }
}
