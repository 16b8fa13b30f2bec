/** Something that begins or ends a wait: a customer's message that stands, or a person's reply that arrived. */
export type Turn = {
  reply: boolean
  at: number
  /** Only a reply after this answers it: later than `at` for what waited when its conversation was merged. */
  from?: number
  memberId: string | null
}

export type Wait = {
  since: number
  /** null: nobody answered. */
  answeredAt: number | null
  /** Who answered, when that is known. */
  answeredBy: string | null
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
  let since: number | null = null
  for (const { reply, at, memberId } of sorted) {
    if (!reply) since = Math.min(since ?? at, at)
    else if (since !== null) {
      waits.push({ since, answeredAt: at, answeredBy: memberId })
      since = null
    }
  }
  if (since !== null) waits.push({ since, answeredAt: null, answeredBy: null })
  return waits
}
