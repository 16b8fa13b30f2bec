import { z } from 'zod'

/** What a schema's value looks like, as it stands in JSON. */
export type Example = { schema: z.ZodType; value: unknown }

/** Ties an example to its schema; it does not compile unless it fits. */
export function example<Schema extends z.ZodType>(
  schema: Schema,
  value: z.input<Schema>,
): Example & { value: z.input<Schema> } {
  return { schema, value }
}

/**
 * The example of a schema, or one put together from the examples of its parts: a list has one item, what is
 * optional is left out unless its part has an example. Undefined when a part has none: single words and
 * numbers are not guessed.
 */
export function exampleOf(known: ReadonlyMap<z.ZodType, unknown>, schema: z.ZodType): unknown {
  if (known.has(schema)) return known.get(schema)
  if (schema instanceof z.ZodArray) {
    const item = exampleOf(known, part(schema.element))
    return item === undefined ? undefined : [item]
  }
  if (schema instanceof z.ZodNullable) return exampleOf(known, part(schema.unwrap())) ?? null
  if (schema instanceof z.ZodObject) return objectOf(known, schema)
  return undefined
}

function objectOf(known: ReadonlyMap<z.ZodType, unknown>, schema: z.ZodObject): unknown {
  const whole: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(schema.shape)) {
    const of = part(member)
    const optional = of instanceof z.ZodOptional || of instanceof z.ZodDefault
    const value = exampleOf(known, optional ? part(of.unwrap()) : of)
    if (value !== undefined) whole[name] = value
    else if (!optional) return undefined
  }
  return whole
}

/** A part of a schema, which zod's own types know by its core only. */
function part(schema: z.core.$ZodType): z.ZodType {
  return z.instanceof(z.ZodType).parse(schema)
}
