/** Something that begins or ends a wait: a customer's message that stands, or a person's reply that arrived. */
export type Turn = {
  reply: boolean
  at: number
  /** Only a reply after this answers it: later than `at` for what waited when its conversation was merged. */
  from?: number
  /** How grave what was said is, the gravest first. */
  rank?: number
  memberId: string | null
}

export type Wait = {
  since: number
  /** null: nobody answered. */
  answeredAt: number | null
  /** Who answered, when that is known. */
  answeredBy: string | null
  /** The gravest of what was said meanwhile, where turns have a rank. */
  rank?: number
}

/**
 * The waits of one conversation: from the oldest unanswered message of the customer until a person's
 * reply, as the reply clock counts them. Order of `turns` does not matter.
 */
export function findWaits(turns: readonly Turn[]): Wait[] {
  // At the same instant the reply counts as the answer.
  const sorted = turns
    .map((turn) => ({ ...turn, from: turn.from ?? turn.at }))
    .sort((a, b) => a.from - b.from || Number(a.reply) - Number(b.reply))
  const waits: Wait[] = []
  let open: Pick<Wait, 'since' | 'rank'> | undefined
  for (const { reply, at, memberId, rank } of sorted) {
    if (!reply) {
      open = { since: Math.min(open?.since ?? at, at), ...gravest(open?.rank, rank) }
      continue
    }
    if (open) waits.push({ ...open, answeredAt: at, answeredBy: memberId })
    open = undefined
  }
  if (open) waits.push({ ...open, answeredAt: null, answeredBy: null })
  return waits
}

function gravest(one: number | undefined, other: number | undefined): { rank?: number } {
  const known = [one, other].filter((rank) => rank !== undefined)
  return known.length === 0 ? {} : { rank: Math.min(...known) }
}
