import type { TextLimits } from '../../../../contract/limits.ts'
import { type Measured, measureText } from '../../../../contract/text-length.ts'

/** The tightest limit of a text, and how near it is: `near` from the last tenth on, at most 40 units. */
export type Count = Measured & { tone: 'calm' | 'near' | 'over' }

/** Null for a network without a limit. */
export function countText(text: string, limits: TextLimits, contentWarning = ''): Count | null {
  const [tightest] = measureText(text, limits, contentWarning)
  if (!tightest) return null
  const { left, max } = tightest
  const tone = left < 0 ? 'over' : left <= Math.min(40, max / 10) ? 'near' : 'calm'
  return { ...tightest, tone }
}
