import { z } from 'zod'
import type { ImportMapping } from '../../../contract/people.ts'
import { badField } from '../../platform/errors.ts'
import { cleanText } from '../../platform/fold-text.ts'
import type { Table } from './read-csv.ts'

export type NewPerson = {
  externalId: string
  name: string | null
  contacts: { kind: string; value: string }[]
  tags: string[]
  consent: { purpose: string; givenAt: Date } | null
}
export type Refused = { line: number; field: string; reason: string; cells: readonly string[] }

/**
 * The rows as people, and those that are none with the field at fault. Pure.
 * @throws AppError `bad-input` when no column tells rows apart
 */
export function readRows(
  { headers, rows }: Table,
  mapping: ImportMapping,
  now: Date,
): { people: NewPerson[]; refused: Refused[] } {
  const targets = headers.map((header) => mapping[header] ?? 'ignore')
  const single = ['external-id', 'name', 'email', 'tags', 'consent', 'consent-at']
  const twice = single.find((one) => targets.filter((target) => target === one).length > 1)
  if (twice) throw badField('mapping', `gives "${twice}" to two columns`)
  if (!targets.includes('external-id') && !targets.includes('email'))
    throw badField('mapping', 'needs a column with an external id or an e-mail address')
  const people = new Map<string, NewPerson>()
  const refused: Refused[] = []
  for (const { line, cells } of rows) {
    const read = readRow(targets, cells, now)
    const again = 'person' in read && people.has(read.person.externalId)
    if ('person' in read && !again) people.set(read.person.externalId, read.person)
    else {
      const fault = 'person' in read ? twiceInFile : read
      refused.push({ line, cells, field: fault.field, reason: fault.reason })
    }
  }
  return { people: [...people.values()], refused }
}

type Fault = { field: string; reason: string }
const twiceInFile: Fault = { field: 'external-id', reason: 'stands in an earlier row too' }

function readRow(
  targets: readonly string[],
  cells: readonly string[],
  now: Date,
): { person: NewPerson } | Fault {
  if (cells.length > targets.length)
    return { field: 'row', reason: 'has more cells than the first line has columns' }
  const cell = (target: string) => {
    const at = targets.indexOf(target)
    return cleanText(at < 0 ? '' : (cells[at] ?? '')).trim()
  }
  const email = cell('email')
  if (email !== '' && !z.email().max(320).safeParse(email).success)
    return { field: 'email', reason: 'is not an e-mail address' }
  const externalId = cell('external-id') || (email === '' ? '' : `email:${email.toLowerCase()}`)
  if (externalId === '')
    return { field: 'external-id', reason: 'is empty, and there is no e-mail address' }
  if (externalId.length > 200)
    return { field: 'external-id', reason: 'has more than 200 characters' }
  const name = cell('name')
  if (name.length > 200) return { field: 'name', reason: 'has more than 200 characters' }
  const tags = [
    ...new Set(
      cell('tags')
        .split(/[,;|]/)
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ]
  if (tags.length > 50 || tags.some((tag) => tag.length > 50))
    return { field: 'tags', reason: 'are more than 50, or longer than 50 characters' }
  const consent = readConsent(cell('consent'), cell('consent-at'), now)
  if (consent && 'field' in consent) return consent
  const handles = readHandles(targets, cells)
  if ('field' in handles) return handles
  const contacts = [...(email === '' ? [] : [{ kind: 'email', value: email }]), ...handles.found]
  return { person: { externalId, name: name === '' ? null : name, contacts, tags, consent } }
}

function readHandles(
  targets: readonly string[],
  cells: readonly string[],
): { found: { kind: string; value: string }[] } | Fault {
  const found = targets.flatMap((target, at) => {
    const value = cleanText(cells[at] ?? '')
      .trim()
      .replace(/^@/, '')
    return target.startsWith('handle:') && value !== '' ? [{ kind: target.slice(7), value }] : []
  })
  const bad = found.find(({ value }) => /\s/.test(value) || value.length > 200)
  return bad
    ? { field: `handle:${bad.kind}`, reason: 'is not a handle: it has spaces or is too long' }
    : { found }
}

function readConsent(purpose: string, at: string, now: Date): NewPerson['consent'] | Fault {
  if (purpose === '') return null
  if (purpose.length > 200) return { field: 'consent', reason: 'has more than 200 characters' }
  if (at === '') return { purpose, givenAt: now }
  const date = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).safeParse(at)
  if (!date.success) return { field: 'consent-at', reason: 'is not a date like 2026-05-31' }
  const givenAt = new Date(date.data)
  return givenAt > now ? { field: 'consent-at', reason: 'is in the future' } : { purpose, givenAt }
}
