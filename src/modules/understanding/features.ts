import { addTo, hashWord, mix, seed } from './hash.ts'
import { letterOf, nothing, separator } from './letters.ts'
import { moodOfStart, moodOfWord } from './lexicon.ts'
import { asking, emoji, greeting, lengths, type Mood, negating, type Sign, signs } from './signs.ts'

/** Messages are read this far, in UTF-16 units: who has not said by then what it is about never will. */
export const mostRead = 4000

/** Each word, pair of words and run of letters is one of so many features; a few share one. */
export const buckets = 65_536

/**
 * What a message is judged by. `words`: words, pairs of words and negated words; `letters`: runs of three to five
 * letters in a word, with its ends; both as bucket numbers, repeated as often as they occur. `signs`: by place in
 * the list of signs, 1 or 0.
 */
export type Features = { words: Bag; letters: Bag; signs: Uint8Array }
export type Bag = { buckets: Uint16Array; count: number }

/** Room for the features of one message, to be used again for the next. */
export function createFeatures(): Features {
  return {
    // A word of one letter takes two units of text and makes three features.
    words: { buckets: new Uint16Array(mostRead * 3), count: 0 },
    letters: { buckets: new Uint16Array(mostRead * 6), count: 0 },
    signs: new Uint8Array(signs.length),
  }
}

/**
 * Finds the features of the first 4000 characters of a text, in time linear in their number. Lines that begin with
 * `>` (somebody else's words), links and @names are left out. Diacritics are folded and never told apart: about
 * half of what is written in Romanian comes without them, and both halves should teach and tell the same.
 */
export function readFeatures(whole: string, features: Features): void {
  begin(features)
  const text = whole.slice(0, mostRead)
  const end = text.length
  let at = 0
  while (at < end) {
    const code = text.charCodeAt(at)
    const letter = letterOf[code] ?? separator
    if (letter > nothing) at = isLink(text, at) ? skipWord(text, at, end) : readWord(text, at, end)
    else if (code === greater && isLineStart(text, at)) at = skipLine(text, at)
    else if (code === atSign) at = skipWord(text, at, end)
    else at = readMark(text, at, code)
  }
  finish()
}

const greater = 0x3e
const atSign = 0x40
const newline = 0x0a
const boundary = 2
const firstWord = hashWord('^')
const wordSalt = 0x51ed270b
const pairSalt = 0x2545f491
const negatedSalt = 0x68bc21eb
const numberWord = hashWord('#')
/** Words after a negation that it still holds for. */
const negationReach = 3
const longestWord = 24

// One message at a time is read, and nothing waits within: the state is here, not in objects made per message.
const word = new Uint16Array(longestWord)
let into: Features
let before = firstWord
let negated = 0
let words = 0
let asks = 0
let exclaims = 0
let capitals = 0
let lastMark = 0
let beganAsking = false

function begin(features: Features): void {
  into = features
  features.words.count = 0
  features.letters.count = 0
  features.signs.fill(0)
  before = firstWord
  negated = words = asks = exclaims = capitals = lastMark = 0
  beganAsking = false
}

/** Reads the word that begins here. @returns where it ended */
function readWord(text: string, start: number, end: number): number {
  let at = start
  let length = 0
  let run = 0
  let uppers = 0
  let last = 0
  for (; at < end; at++) {
    const code = text.charCodeAt(at)
    const letter = letterOf[code] ?? separator
    if (letter === separator) break
    if (letter === nothing) continue
    run = letter === last ? run + 1 : 1
    last = letter
    if (code >= 0x41 && code <= 0x5a) uppers++
    if (run === 3 && !isDigit(letter)) {
      // „Suuuper” is „super”, said with feeling.
      length = Math.max(1, length - 1)
      show('drawls')
    }
    if (run >= 3 && !isDigit(letter)) continue
    if (length < longestWord) word[length] = letter
    length++
  }
  if (uppers >= 3 && uppers >= length - 1) capitals++
  lastMark = 0
  addWord(Math.min(length, longestWord))
  return at
}

function addWord(length: number): void {
  const number = isDigit(word[0] ?? 0)
  if (number) show('number')
  let hash = seed
  let mood: Mood | undefined
  for (let at = 0; at < length; at++) {
    hash = addTo(hash, word[at] ?? 0)
    if (at > 2) mood = moodOfStart(hash) ?? mood
  }
  mood = moodOfWord(hash) ?? mood
  if (mood) feel(mood)
  if (number && length > 2) hash = numberWord
  else if (length > 2) addLetters(length)
  if (before === firstWord && asking.has(hash)) {
    beganAsking = true
    show('begins-asking')
  }
  put(into.words, hash ^ wordSalt)
  put(into.words, addTo(Math.imul(before, 31), hash) ^ pairSalt)
  if (negating.has(hash)) {
    show('denies')
    negated = negationReach
  } else if (negated > 0) {
    negated--
    put(into.words, hash ^ negatedSalt)
  }
  if (before !== firstWord || !greeting.has(hash)) before = hash
  words++
}

function feel(mood: Mood): void {
  if (negated > 0) show(`not-${mood}`)
  else if (has(mood)) show(`very-${mood}`)
  else show(mood)
}

/** Runs of three, four and five letters, the word's beginning and end included. */
function addLetters(length: number): void {
  for (let start = -1; start <= length - 2; start++) {
    let hash = addTo(seed, start < 0 ? boundary : (word[start] ?? 0))
    for (let size = 2; size <= 5; size++) {
      const at = start + size - 1
      if (at > length) break
      hash = addTo(hash, at === length ? boundary : (word[at] ?? 0))
      if (size > 2) put(into.letters, hash)
    }
  }
}

/** Reads what is not a word: marks that end a sentence, emoji, emoticons. @returns where it ended */
function readMark(text: string, at: number, code: number): number {
  if (code === 0x3f) {
    asks++
    if (beganAsking) show('begins-asking-and-asks')
    endSentence(code)
  } else if (code === 0x21) {
    exclaims++
    endSentence(code)
  } else if (code === 0x2e || code === newline) {
    if (lastMark === 0x2e && code === 0x2e) show('trails-off')
    endSentence(lastMark === 0x3f ? lastMark : code)
  } else if (code === 0x2c || code === 0x3b) negated = 0
  if (code === 0x3a || code === 0x3b) readEmoticon(text, at + 1)
  else if (code >= 0x2600) return readEmoji(text, at)
  return at + 1
}

function endSentence(mark: number): void {
  lastMark = mark
  before = firstWord
  negated = 0
  beganAsking = false
}

function readEmoticon(text: string, next: number): void {
  const mouth = text[next] === '-' ? text[next + 1] : text[next]
  if (mouth === ')' || mouth === 'D') show('happy-emoji')
  else if (mouth === '(') show('unhappy-emoji')
}

function readEmoji(text: string, at: number): number {
  const point = text.codePointAt(at) ?? 0
  const sign = emoji.get(point)
  if (sign) show(sign)
  // Not the selectors of colour and the like, nor halves of a pair.
  if (sign || point > 0xffff) put(into.words, addTo(seed, point) ^ wordSalt)
  return point > 0xffff ? at + 2 : at + 1
}

function finish(): void {
  if (has('pleased') && !has('not-pleased') && !has('upset') && !has('troubled'))
    show('pleased-only')
  if (asks > 0) show('asks')
  if (asks > 1) show('asks-again')
  if (lastMark === 0x3f) show('asks-last')
  if (exclaims > 0) show('exclaims')
  if (exclaims > 2) show('exclaims-much')
  if (capitals > 1 && capitals * 2 > words) show('shouts')
  const length = lengths.find(([most]) => words <= most)
  if (length) show(length[1])
}

function isLink(text: string, at: number): boolean {
  const first = text.charCodeAt(at) | 0x20
  if (first === 0x68) return /^https?:\/\//i.test(text.slice(at, at + 8))
  return first === 0x77 && /^www\./i.test(text.slice(at, at + 4))
}

function isLineStart(text: string, at: number): boolean {
  return at === 0 || text.charCodeAt(at - 1) === newline
}

function skipWord(text: string, start: number, end: number): number {
  let at = start
  while (at < end && text.charCodeAt(at) > 0x20) at++
  return at
}

function skipLine(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return end < 0 ? text.length : end
}

function isDigit(letter: number): boolean {
  return letter >= 0x30 && letter <= 0x39
}

const places = new Map(signs.map((sign, place) => [sign, place]))

function show(sign: Sign): void {
  into.signs[places.get(sign) ?? 0] = 1
}

function has(sign: Sign): boolean {
  return into.signs[places.get(sign) ?? 0] === 1
}

function put(bag: Bag, hash: number): void {
  bag.buckets[bag.count++] = mix(hash) & (buckets - 1)
}
