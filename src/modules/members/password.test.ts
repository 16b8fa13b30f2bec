import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { waitAfter } from './guess-limit.ts'
import { passwordFault } from './password.ts'

const context = {
  email: 'ana.pop@brutaria-luna.example',
  name: 'Ana Pop',
  business: 'Brutăria Luna',
}

it.each([
  ['seven characters', 'x7!kQ2z'],
  ['257 characters', 'ab'.repeat(120).concat('xyzzy quux plugh!')],
  ['a common password', 'iloveyou'],
  ['a common password in capitals', 'PASSWORD1'],
  ['a common password in full-width letters', 'ｐａｓｓｗｏｒｄ１'],
  ['one character again and again', 'zzzzzzzzzzzz'],
  ['a short pattern again and again', 'abcabcabcabc'],
  ['counting up', 'abcdefghij'],
  ['counting down', '987654321'],
  ['our name with a year', 'parley2026'],
  [
    'the business with an ending',
    'BrutariaLuna1!'.replace('a', 'ă').replace('BrutăriaL', 'BrutăriaL'),
  ],
  ['the e-mail address', 'ana.pop@brutaria-luna.example'],
  ['the part before the @ with digits', 'ana.pop123'],
])('refuses %s', (_what, password) => {
  expect(passwordFault(password, context)).toEqual(expect.any(String))
})

it.each([
  ['a few plain words', 'marmalade tram window'],
  ['eight characters of one kind', 'vkqjwhzm'],
  ['spaces and signs', ' ț ß 😀 — ok! '],
  ['64 characters', 'correct horse battery staple '.repeat(3).slice(0, 64)],
  ['words around the name', 'parley is where we answer'],
  ['other writing', 'пароль не простой'],
])('takes %s', (_what, password) => {
  expect(passwordFault(password, context)).toBeNull()
})

it('asks for no kind of character: random lower-case text of 12 is taken', () => {
  const text = fc.string({
    unit: fc.constantFrom(...'bcdfghjkmnpqrstvwxz'),
    minLength: 12,
    maxLength: 64,
  })
  fc.assert(
    fc.property(text, (password) => {
      fc.pre(new Set(password).size > 5)
      expect(passwordFault(password, context)).toBeNull()
    }),
  )
})

it('judges by what is hashed: all spellings of the same text alike', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      expect(passwordFault(text.normalize('NFD'), context)).toBe(
        passwordFault(text.normalize('NFC'), context),
      )
    }),
  )
})

describe('waiting after wrong passwords', () => {
  it('asks for none at first, doubles, and never exceeds 15 minutes', () => {
    expect([0, 1, 4, 5, 6, 7].map(waitAfter)).toEqual([0, 0, 0, 2, 4, 8])
    fc.assert(
      fc.property(fc.nat(100_000), (n) => waitAfter(n) <= 900 && waitAfter(n) <= waitAfter(n + 1)),
    )
  })
})
