import { z } from 'zod'
import { cleanText } from '../../platform/fold-text.ts'
import type { SiteWords } from './words.ts'

export type Fault = { field: keyof Typed | null; message: string }

export type Typed = { name: string; email: string; order: string; message: string }
export const nothingTyped: Typed = { name: '', email: '', order: '', message: '' }

/** Characters of a message. */
export const longestText = 5000

/**
 * A posted form as it comes, each field at most once, whatever its length: what is wrong with it is told
 * on the page. Fields that are not there count as empty.
 */
export const PostedForm = z
  .looseObject({})
  .nullish()
  .transform((fields) => {
    const read = (name: string) => {
      const value = fields?.[name]
      return typeof value === 'string' ? cleanText(value.replaceAll('\r\n', '\n')) : ''
    }
    return {
      name: read('name').trim(),
      email: read('email').trim(),
      order: read('order').trim(),
      message: read('message').trim(),
      trap: read('url'),
      ticket: read('ticket'),
    }
  })
export type PostedForm = z.infer<typeof PostedForm>

const Email = z.email().max(254)

/** What has to be mended before it can be sent, in the visitor's words. Pure. */
export function faultsOf(words: SiteWords, typed: Typed): Fault[] {
  const faults: Fault[] = []
  const say = (field: keyof Typed, message: string) => void faults.push({ field, message })
  if (typed.name === '') say('name', words.nameMissing)
  else if (typed.name.length > 100) say('name', words.nameLong)
  if (typed.email !== '' && !Email.safeParse(typed.email).success) say('email', words.emailOdd)
  if (typed.order.length > 60) say('order', words.orderLong)
  return [...faults, ...messageFaults(words, typed.message)]
}

export function messageFaults(words: SiteWords, message: string): Fault[] {
  if (message === '') return [{ field: 'message', message: words.textMissing }]
  if (message.length > longestText)
    return [{ field: 'message', message: words.textLong(longestText) }]
  return []
}
