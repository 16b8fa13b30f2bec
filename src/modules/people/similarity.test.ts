import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bareHandle, compareProfiles, leastScore, type Profile } from './similarity.ts'

const nobody: Profile = { names: [], handles: [], emails: [], languages: [], tags: [] }
const who = (known: Partial<Profile>): Profile => ({ ...nobody, ...known })

it('takes a shared address that both proved as the strongest sign', () => {
  const one = who({ emails: [{ address: 'Ana@town.example', verified: true }] })
  const other = who({ emails: [{ address: 'ana@town.example', verified: true }] })
  expect(compareProfiles(one, other)).toEqual({ score: 90, reasons: ['same-verified-email'] })
  const typed = who({ emails: [{ address: 'ana@town.example', verified: false }] })
  expect(compareProfiles(one, typed)).toEqual({ score: 60, reasons: ['same-email'] })
})

it('counts one handle on several networks, and not twice on one', () => {
  const mastodon = who({ handles: [{ network: 'mastodon', handle: '@ana.pop@town.example' }] })
  const bluesky = who({ handles: [{ network: 'bluesky', handle: 'ana.pop.bsky.social' }] })
  expect(compareProfiles(mastodon, bluesky).reasons).toEqual(['same-handle'])
  const neighbour = who({ handles: [{ network: 'mastodon', handle: '@ana.pop@other.example' }] })
  expect(compareProfiles(mastodon, neighbour).score).toBe(0)
})

it('suggests nobody for a name alone, but with a language it shares', () => {
  const one = who({ names: ['Ștefan Pop'] })
  const other = who({ names: ['stefan  POP'] })
  expect(compareProfiles(one, other).score).toBeLessThan(leastScore)
  const score = compareProfiles(
    { ...one, languages: ['ro'] },
    { ...other, languages: ['ro'] },
  ).score
  expect(score).toBeGreaterThanOrEqual(leastScore)
  const first = { names: ['Ana'], languages: ['ro'] }
  expect(compareProfiles(who(first), who(first)).reasons).toEqual(['same-language'])
})

it('says the same whichever comes first, never more than 100, and a reason for every point', () => {
  const text = fc.constantFrom('ana', 'Ana Pop', 'ion@town.example', 'x', '')
  const profile = fc.record({
    names: fc.array(text),
    handles: fc.array(fc.record({ network: fc.constantFrom('mastodon', 'bluesky'), handle: text })),
    emails: fc.array(fc.record({ address: text, verified: fc.boolean() })),
    languages: fc.array(fc.constantFrom('en', 'ro')),
    tags: fc.array(fc.constantFrom('vip', 'press')),
  })
  fc.assert(
    fc.property(profile, profile, (one, other) => {
      const there = compareProfiles(one, other)
      expect(compareProfiles(other, one)).toEqual(there)
      expect(there.score).toBeLessThanOrEqual(100)
      expect(there.score > 0).toBe(there.reasons.length > 0)
    }),
  )
})

it('knows the bare handle of every network', () => {
  expect(['@Ana@town.example', 'ana.bsky.social', 'ANA'].map(bareHandle)).toEqual([
    'ana',
    'ana',
    'ana',
  ])
})
