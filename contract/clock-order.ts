import type { ClockAspect, ClockPolicy, ClockRule } from './clock.ts'
import type { ClockCondition } from './clock-view.ts'

// Which rule of the reply clock comes before which. Apart from the rules themselves, because the clock counts
// by it and the settings show it.

/** A rule with its index in the policy. */
export type RankedRule = { rule: ClockRule; index: number }

/** The rules, the most specific first. See `ClockPolicy` for the order; equals stay as they were written. */
export function rankRules({
  rules,
  precedence,
}: Pick<ClockPolicy, 'rules' | 'precedence'>): RankedRule[] {
  const ranked = rules.map((rule, index) => ({
    rule,
    index,
    weights: precedence.map((aspect) => weightOf[aspect](rule.when)),
  }))
  ranked.sort((a, b) => compareWeights(b.weights, a.weights) || a.index - b.index)
  return ranked.map(({ rule, index }) => ({ rule, index }))
}

/** 0: the rule does not name it. A longer language (`ro-MD`) says more than a shorter one. */
const weightOf: Record<ClockAspect, (when: ClockCondition) => number> = {
  person: ({ personId }) => (personId === undefined ? 0 : 1),
  severity: ({ severity }) => (severity === undefined ? 0 : 1),
  language: ({ language }) => language?.length ?? 0,
  channel: ({ channelId }) => (channelId === undefined ? 0 : 1),
}

function compareWeights(a: readonly number[], b: readonly number[]): number {
  for (const [place, weight] of a.entries()) {
    const difference = weight - (b[place] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
