import { z } from 'zod'

/** Unit in which a network counts text. `weighted` is the twitter-text rule. */
export const TextUnit = z.enum(['graphemes', 'utf8-bytes', 'utf16-units', 'weighted'])
export type TextUnit = z.infer<typeof TextUnit>

/** All of `text` must hold. `urlLength`: every http(s) URL counts as this many; null: at full length. */
export const TextLimits = z.object({
  text: z.array(z.object({ max: z.int().positive(), unit: TextUnit })),
  urlLength: z.int().positive().nullable(),
  /** The network counts `@name@server` as `@name`. */
  mentionsWithoutServer: z.boolean(),
  /** The content warning's length is added to the text's. */
  countsContentWarning: z.boolean(),
})
export type TextLimits = z.infer<typeof TextLimits>

/** What one connected account accepts, as data with the day it was read. Sizes in bytes. */
export const Limits = z.object({
  public: TextLimits,
  private: TextLimits.nullable(),
  media: z.object({
    max: z.int().nonnegative(),
    imageBytes: z.int().positive(),
    imageTypes: z.array(z.string()),
    altText: z.int().positive().nullable(),
    /** UTF-16 units of text that may stand beside media; missing: as much as without. */
    text: z.int().positive().optional(),
  }),
  /**
   * How long after a customer's newest message the network lets a business answer. Missing: it sets no
   * such end.
   */
  replyWindow: z
    .object({ minutes: z.int().positive(), visibility: z.enum(['public', 'private', 'both']) })
    .optional(),
  readAt: z.iso.datetime(),
})
export type Limits = z.infer<typeof Limits>
