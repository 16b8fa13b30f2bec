import { dictionary } from '@zxcvbn-ts/language-common'
import { badField } from '../../platform/errors.ts'

const common = new Set(Object.values(dictionary).flat())
const shortest = 8
const longest = 256

/** What the password must not be made of: the business's name, the person's name and address. */
export type PasswordContext = {
  email: string
  name?: string | undefined
  business?: string | undefined
}

/**
 * Says why a new password cannot be taken; null when it can. The rules of NIST SP 800-63B-4 for a
 * password beside an obligatory second factor: 8 characters at least, any characters, none required, and
 * not one that guessing starts with. Pure.
 */
export function passwordFault(password: string, context: PasswordContext): string | null {
  const normal = normalPassword(password)
  const characters = [...normal].length
  if (characters < shortest)
    return `Use at least ${shortest} characters; a few words make a good password.`
  if (characters > longest) return `Use at most ${longest} characters.`
  const lower = normal.toLowerCase()
  if (common.has(lower))
    return 'This password is one of those that are guessed first. Choose another.'
  if (isPattern(lower))
    return 'This password repeats or counts up; such ones are guessed first. Choose another.'
  const word = contextWords(context).find((candidate) => leansOn(lower, candidate))
  if (word)
    return `This password is little more than "${word}", which a guesser would try. Choose another.`
  return null
}

/** Throws `bad-input` at `field` unless the password can be taken. */
export function checkPassword(password: string, context: PasswordContext, field: string): void {
  const fault = passwordFault(password, context)
  if (fault !== null) throw badField(field, fault)
}

/** The form in which a password is hashed and compared: the same characters, however they were typed. */
export function normalPassword(password: string): string {
  return password.normalize('NFKC')
}

/** One to three characters over and over, or neighbours in a row: aaaaaaaa, abcabcabc, 12345678, 87654321. */
function isPattern(text: string): boolean {
  if (/^(.{1,3}?)\1+.?.?$/u.test(text)) return true
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0)
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0))
  return steps.every((step) => step === 1) || steps.every((step) => step === -1)
}

function contextWords({ email, name = '', business = '' }: PasswordContext): string[] {
  const [local = '', domain = ''] = email.toLowerCase().split('@')
  const spoken = `${name} ${business}`.normalize('NFKC').toLowerCase()
  const whole = [
    spoken,
    business.toLowerCase(),
    name.toLowerCase(),
    email.toLowerCase(),
    local,
    domain,
  ].map(squeeze)
  const parts = [spoken, local, domain].flatMap((text) => text.split(/[^\p{L}\p{N}]+/u))
  return [...new Set(['parley', ...whole, ...parts])].filter((word) => [...word].length >= 4)
}

// With the word taken out, fewer than 5 characters are left: "parley2026", "Cafe-Central1".
function leansOn(password: string, word: string): boolean {
  const rest = squeeze(password).replaceAll(word, '')
  return rest !== squeeze(password) && [...rest].length < 5
}

function squeeze(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, '')
}
