import type { z } from 'zod'
import { badField } from '../../platform/errors.ts'

// Where the next page of a list begins, as text that says nothing to whoever keeps it.

export function makeCursor(place: readonly (number | string)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** @throws AppError `bad-input` for a cursor that this list did not give */
export function parseCursor<Place>(text: string, schema: z.ZodType<Place>): Place {
  const parsed = schema.safeParse(readJson(Buffer.from(text, 'base64url').toString()))
  if (!parsed.success) throw badField('cursor', 'Use the cursor that the page before gave.')
  return parsed.data
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
