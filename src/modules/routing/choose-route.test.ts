import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Rule, RuleWhen } from '../../../contract/routing.ts'
import { facts, ruleOf, vocabulary, when } from './arbitraries.ts'
import { chooseRoute, type Facts, foldWords, needleOf, prepareRules } from './choose-route.ts'

const choose = (rules: Rule[], known: Facts, options = {}) =>
  chooseRoute(prepareRules(rules), known, options)
const matches = (conditions: RuleWhen, known: Facts) => choose([ruleOf(conditions)], known) !== null
const said = (text: string, more: Partial<Facts> = {}): Facts => ({
  channelId: 'c1',
  network: 'town',
  language: 'en',
  visibility: 'public',
  kind: 'other',
  words: foldWords(text),
  hasOpenConversation: false,
  isOpen: true,
  ...more,
})

it('takes the first rule that matches, whatever stands after it', () => {
  fc.assert(
    fc.property(fc.array(when, { maxLength: 8 }), facts, (conditions, known) => {
      const rules = conditions.map((one) => ruleOf(one))
      const alone = rules.findIndex((rule) => choose([rule], known) !== null)
      expect(choose(rules, known)).toBe(alone < 0 ? null : rules[alone])
    }),
  )
})

it('asks that every condition holds, in whatever order they are written', () => {
  fc.assert(
    fc.property(when, facts, fc.infiniteStream(fc.nat()), (conditions, known, order) => {
      const single = Object.entries(conditions).map(([name, value]) => ({ [name]: value }))
      const all = single.every((one) => matches(one, known))
      expect(matches(conditions, known)).toBe(all)
      const keyed = single.map((one) => ({ one, at: order.next().value ?? 0 }))
      const shuffled = keyed.sort((a, b) => a.at - b.at).map(({ one }) => one)
      expect(matches(Object.assign({}, ...shuffled), known)).toBe(all)
    }),
  )
})

it('catches everything with a rule that names nothing', () => {
  fc.assert(fc.property(facts, (known) => matches({}, known)))
})

it('finds words whatever their capitals and diacritics', () => {
  const strip = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '')
  const changes = fc.constantFrom(
    (text: string) => text.toUpperCase(),
    (text: string) => text.normalize('NFD'),
    strip,
  )
  const plain = vocabulary.filter((word) => !word.includes('ß'))
  fc.assert(
    fc.property(fc.constantFrom(...plain), changes, changes, (word, inText, inRule) => {
      const known = said(`so, ${inText(word)}!`)
      expect(matches({ words: { of: 'any', list: [inRule(word)] } }, known)).toBe(true)
    }),
  )
})

it('wants one of the words, or all, as the rule says', () => {
  const list = fc.subarray(vocabulary, { minLength: 1 })
  fc.assert(
    fc.property(list, fc.subarray(vocabulary), (wanted, spoken) => {
      const known = said(spoken.join(' , '))
      const has = wanted.map((word) => spoken.includes(word))
      expect(matches({ words: { of: 'any', list: wanted } }, known)).toBe(has.includes(true))
      expect(matches({ words: { of: 'all', list: wanted } }, known)).toBe(!has.includes(false))
    }),
  )
})

it.each([
  ['refund', 'A refund, please', true],
  ['refund', 'Refunds are slow', false],
  ['refund*', 'Refunds are slow', true],
  ['bani inapoi', 'Vreau banii, vreau bani înapoi', true],
  ['bani inapoi', 'bani, repede, inapoi', false],
  ['#broken', 'It is broken', true],
  ['art', 'a heart', false],
])('looks for %j in %j as whole words: %s', (word, text, found) => {
  expect(matches({ words: { of: 'any', list: [word] } }, said(text))).toBe(found)
})

it('knows a word without a letter for what it is', () => {
  expect(needleOf('!!')).toBe('')
  expect(matches({ words: { of: 'any', list: ['!!'] } }, said('what!!'))).toBe(false)
})

it.each([
  ['ro', 'ro-MD', true],
  ['ro-MD', 'ro', false],
  ['RO', 'ro', true],
  ['ro', 'rom', false],
  ['ro', null, false],
])('takes the tag %s for the language %s: %s', (tag, language, holds) => {
  expect(matches({ languages: [tag] }, said('', { language }))).toBe(holds)
})

it('asks only the rules that say so when a conversation is opened again', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(when, fc.boolean())), facts, (each, known) => {
      const rules = each.map(([conditions, onReopen]) => ruleOf(conditions, { onReopen }))
      const again = choose(rules, known, { reopening: true })
      expect(again).toBe(
        choose(
          rules.filter(({ onReopen }) => onReopen),
          known,
        ),
      )
    }),
  )
})
