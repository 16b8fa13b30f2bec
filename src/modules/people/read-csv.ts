import { CsvError, parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'
import type { ImportMapping } from '../../../contract/people.ts'
import { badField } from '../../platform/errors.ts'
import { cleanText, foldText } from '../../platform/fold-text.ts'

export const mostBytes = 5 * 1024 * 1024
export const mostRows = 20_000

export type Table = { headers: string[]; rows: { line: number; cells: string[] }[] }

const Records = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) }),
)

/**
 * A CSV file as rows, `line` being that of the file. UTF-8, or UTF-16 with its mark; commas, semicolons or
 * tabs.
 * @throws AppError `bad-input` at `file` for everything that is not such a file
 */
export function readCsv(bytes: Uint8Array): Table {
  if (bytes.length === 0) throw badField('file', 'is empty')
  const text = decode(bytes)
  const records = parseRecords(text)
  const [first, ...rest] = records
  if (!first) throw badField('file', 'is empty')
  if (rest.length > mostRows)
    throw badField('file', `has ${rest.length} rows; split it into files of ${mostRows}`)
  const headers = first.record.map((header) => cleanText(header).trim())
  if (headers.every((header) => header === ''))
    throw badField('file', 'must begin with a line that names its columns')
  const twice = headers.find((header, at) => header !== '' && headers.indexOf(header) !== at)
  if (twice !== undefined) throw badField('file', `has two columns named "${twice}"`)
  return { headers, rows: rest.map(({ record, info }) => ({ line: info.lines, cells: record })) }
}

function parseRecords(text: string): z.infer<typeof Records> {
  try {
    const records: unknown = parse(text, {
      bom: true,
      info: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      max_record_size: 100_000,
    })
    return Records.parse(records)
  } catch (error) {
    if (error instanceof CsvError) throw badField('file', `cannot be read: ${error.message}`)
    throw error
  }
}

function decode(bytes: Uint8Array): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  const encoding = utf16 ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw badField('file', 'is not UTF-8 text: save it as “CSV UTF-8” and try again')
  }
}

/** The one that its first line has most of. */
function delimiterOf(text: string): string {
  const line = text.slice(0, text.search(/[\r\n]|$/))
  const counts = [',', ';', '\t'].map((sign) => ({ sign, count: line.split(sign).length }))
  return counts.sort((a, b) => b.count - a.count)[0]?.sign ?? ','
}

const guesses: [RegExp, string][] = [
  [/^(id|external ?id|customer ?id|id client|cod client)$/, 'external-id'],
  [/^(name|full ?name|nume|nume complet)$/, 'name'],
  [/^(e-?mail|email address|adresa de e-?mail)$/, 'email'],
  [/^(tags?|labels?|etichet[ae])$/, 'tags'],
  [/^(consent|acord|consimtamant)$/, 'consent'],
  [/^(consent (at|date)|data acordului)$/, 'consent-at'],
  [/^(mastodon|bluesky|telegram)$/, 'handle'],
]

/** What columns seem to hold, by their names. */
export function guessMapping(headers: readonly string[]): ImportMapping {
  return Object.fromEntries(
    headers.map((header) => {
      const name = foldText(header).replace(/_/g, ' ').trim()
      const target = guesses.find(([pattern]) => pattern.test(name))?.[1] ?? 'ignore'
      return [header, target === 'handle' ? `handle:${name}` : target]
    }),
  )
}

/**
 * The refused rows as a CSV file, with where and why. Cells that a spreadsheet would run as a formula are
 * made text.
 */
export function refusedCsv(
  headers: readonly string[],
  refused: readonly { line: number; field: string; reason: string; cells: readonly string[] }[],
): string {
  const rows = refused.map(({ line, field, reason, cells }) => [
    ...headers.map((_, at) => cells[at] ?? ''),
    String(line),
    field,
    reason,
  ])
  return stringify([[...headers, 'line', 'field', 'reason'], ...rows], {
    bom: true,
    escape_formulas: true,
  })
}
