import type { MemberId } from '../../../contract/ids.ts'

export type Tier = 'on-call' | 'owner'

/** In how many steps of this page somebody was called, as what. */
export type Called = { tier: Tier; memberId: MemberId; steps: number }

export type NextCall = { tier: Tier; members: MemberId[]; pauseMinutes: number }

/** Owners are called for ever, but not so often that they turn it off. */
export const slowMinutes = 30

/**
 * Whom the next step of a page calls, and how long it waits for them: the first on call who was not called
 * `repeats` times yet; after all of them the owners together, `repeats` times at the same pace and then
 * slowly, without end. Who is on call is asked anew each time, so a change of shift is followed. Pure.
 */
export function nextCall({
  onCall,
  owners,
  called,
  repeats,
  stepMinutes,
}: {
  onCall: readonly MemberId[]
  owners: readonly MemberId[]
  called: readonly Called[]
  repeats: number
  stepMinutes: number
}): NextCall {
  const times = (tier: Tier, id: MemberId) =>
    called.find((one) => one.tier === tier && one.memberId === id)?.steps ?? 0
  const next = onCall.find((id) => times('on-call', id) < repeats)
  if (next) return { tier: 'on-call', members: [next], pauseMinutes: stepMinutes }
  const rounds = Math.max(0, ...owners.map((id) => times('owner', id)))
  const quick = rounds + 1 < repeats
  const pauseMinutes = quick ? stepMinutes : Math.max(stepMinutes, slowMinutes)
  return { tier: 'owner', members: [...owners], pauseMinutes }
}
