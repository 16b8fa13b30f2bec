import fc from 'fast-check'
import { RuleId } from '../../../contract/ids.ts'
import type { Rule, RuleWhen } from '../../../contract/routing.ts'
import { MessageKind } from '../../../contract/understanding.ts'
import { newId } from '../../platform/ids.ts'
import { type Facts, foldWords } from './choose-route.ts'

export const vocabulary = ['cană', 'spartă', 'bani înapoi', 'refund', 'ceai', 'Straße', 'naïve']
export const languages = ['en', 'ro', 'ro-MD', 'de']

const text = fc
  .array(fc.constantFrom(...vocabulary, 'and', 'the', 'refunds'), { maxLength: 5 })
  .map((words) => words.join(' '))

export const facts: fc.Arbitrary<Facts> = fc.record({
  channelId: fc.constantFrom('c1', 'c2'),
  network: fc.constantFrom('town', 'mail'),
  language: fc.constantFrom(null, ...languages),
  visibility: fc.constantFrom('public', 'private'),
  kind: fc.constantFrom(...MessageKind.options),
  words: text.map(foldWords),
  hasOpenConversation: fc.boolean(),
  isOpen: fc.boolean(),
})

/** Conditions that speak of no channel, so that they stand in any workspace. */
export const when: fc.Arbitrary<RuleWhen> = fc.record(
  {
    networks: fc.subarray(['town', 'mail'], { minLength: 1 }),
    languages: fc.subarray(languages, { minLength: 1 }),
    words: fc.record({
      of: fc.constantFrom('any', 'all'),
      list: fc.subarray([...vocabulary, 'ref*'], { minLength: 1, maxLength: 3 }),
    }),
    kinds: fc.subarray([...MessageKind.options], { minLength: 1 }),
    visibility: fc.constantFrom('public', 'private'),
    hasOpenConversation: fc.boolean(),
    openingHours: fc.constantFrom('open', 'closed'),
  },
  { requiredKeys: [] },
)

/** A rule that only says how grave it is. */
export function ruleOf(conditions: RuleWhen, more: Partial<Rule> = {}): Rule {
  const id = newId(RuleId)
  return {
    id,
    name: `rule ${id.slice(-4)}`,
    when: conditions,
    give: { severity: 'high' },
    onReopen: false,
    ...more,
  }
}
