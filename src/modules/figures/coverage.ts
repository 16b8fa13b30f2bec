import type { Coverage, DutyBlock } from '../../../contract/figures.ts'
import { FigureDay } from '../../../contract/figures-query.ts'

const longestBlock = 4
const mostBlocks = 5

/**
 * Hours of the week (0: Monday 0:00) in which customers wrote to nobody, and the blocks of up to four hours
 * of one day in which somebody on duty would have met the most of them, best first. Greedy: each block is
 * chosen from what those before it left. Counts only who wrote within the block, not who would have been
 * answered earlier because of it: it promises too little rather than too much.
 */
export function findCoverage(gapHours: readonly number[]): Coverage {
  const hours = Array.from({ length: 168 }, () => 0)
  for (const hour of gapHours) hours[hour] = (hours[hour] ?? 0) + 1
  const blocks: DutyBlock[] = []
  const left = [...hours]
  while (blocks.length < mostBlocks) {
    const best = bestBlock(left)
    if (best === null) break
    const part = sum(hours.filter((_, hour) => isWeekend(hour) === isWeekend(best.start)))
    left.fill(0, best.start, best.end)
    blocks.push({
      day: FigureDay.options[Math.floor(best.start / 24)] ?? 'mon',
      fromHour: best.start % 24,
      toHour: best.end - Math.floor(best.start / 24) * 24,
      waits: best.waits,
      share: best.waits / gapHours.length,
      shareOfPart: best.waits / part,
    })
  }
  return { waits: gapHours.length, hours, blocks }
}

type Block = { start: number; end: number; waits: number }

/** The block with the most; of equal ones the shortest, then the earliest. null: nothing is left. */
function bestBlock(hours: readonly number[]): Block | null {
  let best: Block = { start: 0, end: longestBlock + 1, waits: 0 }
  for (let start = 0; start < hours.length; start++) {
    const dayEnd = (Math.floor(start / 24) + 1) * 24
    for (let end = start + 1; end <= Math.min(start + longestBlock, dayEnd); end++) {
      const waits = sum(hours.slice(start, end))
      const shorter = end - start < best.end - best.start
      if (waits > best.waits || (waits === best.waits && shorter)) best = { start, end, waits }
    }
  }
  return best.waits === 0 ? null : best
}

function isWeekend(hour: number): boolean {
  return hour >= 5 * 24
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
