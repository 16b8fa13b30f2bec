import type { MergeReason } from '../../../contract/people.ts'
import { foldText } from '../../platform/fold-text.ts'

/** What is known of a record, as far as it tells whether another is the same person. */
export type Profile = {
  names: readonly string[]
  handles: readonly { network: string; handle: string }[]
  /** `verified`: they wrote from it, or opened a link that was sent there. */
  emails: readonly { address: string; verified: boolean }[]
  languages: readonly string[]
  tags: readonly string[]
}

/** A pair with less is not suggested to anybody. */
export const leastScore = 40

const points: Record<MergeReason, number> = {
  'same-verified-email': 90,
  'same-email': 60,
  'same-handle': 50,
  'same-name': 28,
  'same-language': 12,
  'same-tag': 12,
}

/**
 * How likely two records are one person, 0 to 100, and why. A name alone is never enough, nor is a language:
 * many people share those. Pure, and the same whichever of the two comes first.
 */
export function compareProfiles(
  one: Profile,
  other: Profile,
): { score: number; reasons: MergeReason[] } {
  const reasons: MergeReason[] = []
  const email = sharedEmail(one, other)
  if (email) reasons.push(email)
  if (shareHandle(one, other)) reasons.push('same-handle')
  const names = (profile: Profile) => profile.names.map(nameKey).filter((name) => name !== '')
  if (meet(names(one), names(other))) reasons.push('same-name')
  if (meet(one.languages, other.languages)) reasons.push('same-language')
  if (meet(one.tags, other.tags)) reasons.push('same-tag')
  const sum = reasons.reduce((total, reason) => total + points[reason], 0)
  return { score: Math.min(100, sum), reasons }
}

function sharedEmail(one: Profile, other: Profile): MergeReason | null {
  const shared = one.emails.flatMap((mine) =>
    other.emails
      .filter(({ address }) => address.toLowerCase() === mine.address.toLowerCase())
      .map(({ verified }) => verified && mine.verified),
  )
  if (shared.length === 0) return null
  return shared.includes(true) ? 'same-verified-email' : 'same-email'
}

/** On several networks: twice on one network they are two accounts of one server’s name. */
function shareHandle(one: Profile, other: Profile): boolean {
  return one.handles.some((mine) => {
    const key = bareHandle(mine.handle)
    return (
      key.length >= 3 &&
      other.handles.some(
        ({ network, handle }) => network !== mine.network && bareHandle(handle) === key,
      )
    )
  })
}

/** The name before the server: `@Ana@town.example`, `ana.bsky.social` and `ana` are all `ana`. */
export function bareHandle(handle: string): string {
  return handle
    .toLowerCase()
    .replace(/^@+/, '')
    .replace(/(@.*|\.bsky\.social)$/, '')
}

/** Two words at least: a first name is shared by thousands. */
function nameKey(name: string): string {
  const key = foldText(name).replace(/\s+/g, ' ').trim()
  return key.includes(' ') ? key : ''
}

function meet(one: readonly string[], other: readonly string[]): boolean {
  return one.some((value) => other.includes(value))
}
