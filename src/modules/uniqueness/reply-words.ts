import { foldText } from '../../platform/fold-text.ts'

/**
 * The words by which two replies are compared. `short`: too few to be like another, so only the same
 * words are the same reply, and then names count.
 */
export type ReplyWords = { words: string[]; short: boolean }

/** Below this many words likeness says nothing: one word of five is a fifth of the reply. */
const fewest = 6
const mostWords = 2000
/** Endings change with case and person, in Romanian above all: the first letters are the word. */
const stem = 5

/**
 * What a reply says by itself: NFC, folded, cut to stems, without addresses, mentions, names, greeting and
 * signature. Numbers stay. `names` are those of the customer and of the writer. Pure.
 */
export function replyWords(text: string, names: readonly string[]): ReplyWords {
  const plain = text
    .normalize('NFC')
    .replace(/\bhttps?:\/\/\S+|\bwww\.\S+/giu, ' ')
    .replace(/(?<![\p{L}\p{N}])@[\p{L}\p{N}_.-]+(@[\p{L}\p{N}_.-]+)?/gu, ' ')
  const folded = foldText(plain)
  const known = namesIn(names)
  const own = split(withoutFrame(folded, known)).filter((word) => !known.has(word))
  if (own.length >= fewest) return { words: own.slice(0, mostWords).map(stemOf), short: false }
  // A short reply may be nothing but a greeting, or signs without a letter.
  const all = split(folded)
  return { words: all.length > 0 ? all : [...folded.trim().split(/\s+/u)], short: true }
}

/** The words of folded text; scripts that put no space between words give a word for each sign. */
export function split(folded: string): string[] {
  return folded.match(word) ?? []
}

const word =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}](?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{M}\p{N}])*/gu

/** Numbers are compared whole, words by their beginning. */
export function stemOf(folded: string): string {
  return /^\p{N}/u.test(folded) ? folded : [...folded].slice(0, stem).join('')
}

/** Names as words: `Ana Pop`, `@ana@town.example` and `ana.town.example` give `ana`, `pop`. */
function namesIn(names: readonly string[]): Set<string> {
  return new Set(
    names
      .flatMap((name) => split(foldText(name.replace(/^@/, '').replace(/@.*$/, ''))))
      .filter((part) => part.length > 1 && !/^\p{N}+$/u.test(part)),
  )
}

const greeting =
  /^[\s\p{P}]*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|buna(?: ziua| dimineata| seara)?|salut(?:are)?|hei|draga|stimat[ae]?)(?![\p{L}\p{N}]))(?: (?:there|doamna|domnule|domnisoara)(?![\p{L}\p{N}]))?[\s\p{P}]*/u
const closing =
  /(?<![\p{L}\p{N}])(?:(?:best|kind|warm) (?:regards|wishes)|regards|sincerely|yours(?: truly| sincerely)?|cheers|all the best|(?:many )?thanks|thank you|have a (?:nice|good|great|lovely) (?:day|evening|weekend)|cu (?:drag|stima|respect|prietenie)|toate cele bune|o zi (?:buna|frumoasa|minunata)|(?:va |iti )?multumi(?:m|esc)|multumesc)[\s\p{P}]*$/u
/** A line of its own, or what follows a dash at the end, of three words at most. */
const signature =
  /(?:\n[ \t]*|\s[-–—^~]\s?)(?:[\p{L}\p{M}\p{N}.'’]+[ \t]*,?[ \t]*){1,3}[\s\p{P}]*$/u

/** Greetings, and closings and signatures, taken off one after the other. */
const mostParts = 4

/** Without how it begins and ends, which is alike in all letters. */
function withoutFrame(folded: string, names: ReadonlySet<string>): string {
  let rest = folded.trim()
  for (let round = 0; round < mostParts; round++) {
    rest = rest.replace(greeting, '')
    const first = rest.match(/^[\p{L}\p{M}'’-]+/u)?.[0]
    if (first !== undefined && names.has(first)) rest = rest.slice(first.length)
  }
  for (let round = 0; round < mostParts; round++) {
    rest = rest.replace(signature, '').replace(closing, '').trim()
    const last = rest.match(/[\p{L}\p{M}'’-]+[\s\p{P}]*$/u)?.[0]
    if (last !== undefined && names.has(split(last)[0] ?? '')) rest = rest.slice(0, -last.length)
  }
  return rest
}
