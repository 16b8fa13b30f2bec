import type { Rule, Rules, RuleWhen } from '../../../contract/routing.ts'
import type { MessageKind } from '../../../contract/understanding.ts'
import { wordsOf } from '../../platform/fold-text.ts'

/** All that a rule may look at. */
export type Facts = {
  channelId: string
  network: string
  language: string | null
  /** What the customer's first message is. */
  kind: MessageKind
  visibility: 'public' | 'private'
  /** The customer's first words, as `foldWords` makes them. */
  words: string
  hasOpenConversation: boolean
  /** The business was open when it came. */
  isOpen: boolean
}

/** Rules made ready once and asked many times. */
export type PreparedRules = {
  rules: readonly PreparedRule[]
  /** Some rule asks for it; without, nobody need look. */
  asks: { openConversation: boolean; openingHours: boolean; reopening: boolean }
}
type PreparedRule = { rule: Rule; needles: readonly string[] }

export function prepareRules(rules: Rules): PreparedRules {
  return {
    rules: rules.map((rule) => ({ rule, needles: rule.when.words?.list.map(needleOf) ?? [] })),
    asks: {
      openConversation: rules.some(({ when }) => when.hasOpenConversation !== undefined),
      openingHours: rules.some(({ when }) => when.openingHours !== undefined),
      reopening: rules.some(({ onReopen }) => onReopen),
    },
  }
}

/**
 * The first rule that matches, or null. Pure. When a conversation is opened again only the rules that say
 * so are asked.
 */
export function chooseRoute(
  { rules }: PreparedRules,
  facts: Facts,
  { reopening = false } = {},
): Rule | null {
  const found = rules.find(
    ({ rule, needles }) =>
      (!reopening || rule.onReopen) && applies(rule.when, facts) && hasWords(rule, needles, facts),
  )
  return found?.rule ?? null
}

function applies(when: RuleWhen, facts: Facts): boolean {
  return (
    (when.channelIds === undefined || when.channelIds.some((id) => id === facts.channelId)) &&
    (when.networks === undefined || when.networks.includes(facts.network)) &&
    (when.languages === undefined || when.languages.some((tag) => speaks(facts.language, tag))) &&
    (when.kinds === undefined || when.kinds.includes(facts.kind)) &&
    (when.visibility === undefined || when.visibility === facts.visibility) &&
    (when.hasOpenConversation === undefined ||
      when.hasOpenConversation === facts.hasOpenConversation) &&
    (when.openingHours === undefined || (when.openingHours === 'open') === facts.isOpen)
  )
}

/** `ro` is spoken where the tag is `ro` or begins with `ro-`. */
function speaks(language: string | null, wanted: string): boolean {
  if (language === null) return false
  return `${language.toLowerCase()}-`.startsWith(`${wanted.toLowerCase()}-`)
}

function hasWords({ when }: Rule, needles: readonly string[], { words }: Facts): boolean {
  if (when.words === undefined) return true
  const said = (needle: string) => needle !== '' && words.includes(needle)
  return when.words.of === 'all' ? needles.every(said) : needles.some(said)
}

/** A text as words are looked for in it: folded, with a space round each word. */
export function foldWords(text: string): string {
  return ` ${wordsOf(text).join(' ')} `
}

/** Whole words in their order; `refund*` also finds what only begins so. Empty when there is no word in it. */
export function needleOf(word: string): string {
  const parts = wordsOf(word)
  if (parts.length === 0) return ''
  return ` ${parts.join(' ')}${word.trimEnd().endsWith('*') ? '' : ' '}`
}
