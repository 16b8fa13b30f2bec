import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bandKeys, wholeKey } from './bands.ts'
import { commonMarks } from './common-marks.ts'
import { names, pairs } from './pairs.fixture.ts'
import { replyWords } from './reply-words.ts'
import { similarity } from './similarity.ts'
import { usualRules } from './store.ts'

const vocabulary = pairs
  .flatMap(([, first]) => first.split(/[^\p{L}]+/u))
  .filter((w) => w.length > 2)
const someWord = fc.constantFrom(...new Set(vocabulary))
const sentence = fc
  .array(someWord, { minLength: 12, maxLength: 40 })
  .map((words) => words.join(' '))

function likeness(a: string, b: string): number {
  return similarity(replyWords(a, names).words, replyWords(b, names).words)
}

describe('how alike two replies are', () => {
  it('is the same from either side, 1 for itself and never more', () => {
    fc.assert(
      fc.property(sentence, sentence, (a, b) => {
        expect(likeness(a, b)).toBe(likeness(b, a))
        expect(likeness(a, a)).toBe(1)
        expect(likeness(a, b)).toBeLessThanOrEqual(1)
        expect(likeness(a, b)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('does not change when the words are put in another order', () => {
    const shuffled = sentence.chain((text) => {
      const words = text.split(' ')
      return fc.tuple(
        fc.constant(text),
        fc
          .shuffledSubarray(words, { minLength: words.length, maxLength: words.length })
          .map((other) => other.join(' ')),
      )
    })
    fc.assert(
      fc.property(shuffled, ([text, other]) => {
        // A word of thanks moved to the end is taken for a closing: at most two words go with it.
        expect(likeness(text, other)).toBeGreaterThanOrEqual(usualRules.threshold)
      }),
    )
  })

  it('does not fall when a greeting, the customer’s name, a mention, a link or a signature is added', () => {
    const before = fc.constantFrom(
      '',
      'Hi Ana, ',
      'Dear Priya Nair,\n',
      'Bună ziua, Mihai! ',
      '@ana@town.example ',
    )
    const after = fc.constantFrom(
      '',
      ' Ana',
      '\nBest regards, Olga',
      ' Cu drag, Olga',
      ' https://shop.example/x?y=1',
      '\n— Olga',
    )
    // What begins or ends with a greeting, a name or thanks of its own has less left of it by itself.
    const body = sentence.map((text) => `The parcel ${text} leaves tomorrow morning`)
    fc.assert(
      fc.property(body, before, after, (text, first, last) => {
        expect(likeness(text, `${first}${text}${last}`)).toBe(1)
      }),
    )
  })

  it('does not fall with diacritics, case, punctuation or the form of Unicode', () => {
    expect(
      likeness(
        'Vă MULȚUMIM, trimitem mâine cana cea nouă!',
        'va multumim trimitem maine cana cea noua',
      ),
    ).toBe(1)
    fc.assert(
      fc.property(sentence, (text) => {
        expect(likeness(text, text.normalize('NFD').toUpperCase())).toBe(1)
      }),
    )
  })

  it('keeps numbers apart that letters would not', () => {
    const text = (number: string) => `Your order ${number} left the shop today`
    expect(likeness(text('4711999'), text('4711998'))).toBeLessThan(1)
  })

  it('finds the copies among labelled pairs and lets the others through', () => {
    const caught = pairs.filter(([, a, b]) => likeness(a, b) >= usualRules.threshold)
    const right = caught.filter(([copy]) => copy).length
    const copies = pairs.filter(([copy]) => copy).length
    // Measured 1.00 and 1.00; docs/near-copies.md tells of larger sets.
    expect(right / caught.length, 'precision').toBeGreaterThanOrEqual(0.97)
    expect(right / copies, 'recall').toBeGreaterThanOrEqual(0.9)
  })

  it('stays quick for the longest text that can be sent', () => {
    const long = 'abcdefgh '.repeat(2200) + '!'.repeat(200)
    const begun = performance.now()
    bandKeys(replyWords(long, names).words)
    replyWords(`-${' a.'.repeat(6600)}`, names)
    replyWords(' thank you'.repeat(1900), names)
    expect(performance.now() - begun).toBeLessThan(20_000)
  })
})

describe('a very short reply', () => {
  it('is compared as a whole, with the customer’s name', () => {
    expect(replyWords('Thank you!', names)).toEqual({ words: ['thank', 'you'], short: true })
    expect(replyWords('Thank you, Ana!', names).words).toEqual(['thank', 'you', 'ana'])
    expect(replyWords('❤️', names)).toEqual({ words: ['❤️'], short: true })
  })
})

describe('the keys by which alike replies find each other', () => {
  it('are the same for the same words in any order, and whole numbers', () => {
    fc.assert(
      fc.property(sentence, (text) => {
        const { words } = replyWords(text, names)
        expect(bandKeys([...words].reverse())).toEqual(bandKeys(words))
        for (const key of [...bandKeys(words), wholeKey(words)])
          expect(Number.isSafeInteger(key) && key >= 0).toBe(true)
      }),
    )
  })

  it('are shared as often as the arithmetic says', () => {
    const random = fc.sample(fc.array(someWord, { minLength: 40, maxLength: 60 }), {
      numRuns: 400,
      seed: 7,
    })
    let [alike, found] = [0, 0]
    for (const [at, words] of random.entries()) {
      const other = [...words.slice(0, -5), ...(random[at + 1] ?? []).slice(0, 5)]
      if (similarity(words, other) < 0.75) continue
      alike += 1
      const keys = new Set(bandKeys(words))
      if (bandKeys(other).some((key) => keys.has(key))) found += 1
    }
    expect(alike).toBeGreaterThan(200)
    expect(found / alike).toBeGreaterThan(0.985)
  })

  it('find every labelled copy', () => {
    for (const [copy, a, b] of pairs) {
      if (!copy || likeness(a, b) < usualRules.threshold) continue
      const keys = new Set(bandKeys(replyWords(a, names).words))
      expect(
        bandKeys(replyWords(b, names).words).some((key) => keys.has(key)),
        a,
      ).toBe(true)
    }
  })
})

it('marks the common words where they stand', () => {
  const text = 'Trimitem mâine o cană nouă.'
  const marked = commonMarks(text, 'trimitem o farfurie noua').map(([from, to]) =>
    text.slice(from, to),
  )
  expect(marked).toEqual(['Trimitem', 'o', 'nouă'])
})
