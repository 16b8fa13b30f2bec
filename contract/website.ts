import { z } from 'zod'
import { Time } from './http.ts'

export const SiteLanguage = z.enum(['en', 'ro'])
export type SiteLanguage = z.infer<typeof SiteLanguage>

const Greeting = z.string().trim().max(500)

/** How a form looks. The first language is spoken with visitors who read neither. */
export const WebsiteForm = z.object({
  /** Colour of the business, as `#rrggbb`. */
  accent: z
    .string()
    .toLowerCase()
    .regex(/^#[0-9a-f]{6}$/, 'has to be a colour such as #0f766e'),
  /** Words above the form; empty: our own. */
  greeting: z.object({ en: Greeting, ro: Greeting }),
  languages: z
    .array(SiteLanguage)
    .min(1, 'needs at least one language')
    .max(2)
    .refine((all) => new Set(all).size === all.length, 'names a language twice'),
})
export type WebsiteForm = z.infer<typeof WebsiteForm>

/** `GET` and `PUT /api/v1/channels/{id}/website`. */
export const WebsiteView = WebsiteForm.extend({
  name: z.string(),
  /** Address of the form's own page. */
  page: z.url(),
  /** What is copied into the website: a script with a button, a plain link, and a form without any script. */
  snippets: z.object({ script: z.string(), link: z.string(), form: z.string() }),
  can: z.object({ manage: z.boolean() }),
})
export type WebsiteView = z.infer<typeof WebsiteView>

/** `GET /api/v1/conversations/{id}/visitor`: who wrote by the form. */
export const Visitor = z.object({
  name: z.string(),
  email: z.string().nullable(),
  /** When a link that was mailed to this address was opened; null: anybody could have typed it. */
  emailVerifiedAt: Time.nullable(),
  /** When the visitor last looked at the conversation's page. */
  seenAt: Time.nullable(),
  /** The page as the visitor sees it, for members. */
  page: z.url(),
})
export type Visitor = z.infer<typeof Visitor>

/**
 * What a visitor sent by the form or on the conversation page, as it is stored: the raw event that the website
 * connector translates. Not part of the API.
 */
export const Submission = z.object({
  kind: z.literal('submission'),
  /** Unique for the channel; the message's id. */
  id: z.string().min(1).max(200),
  /** The conversation that it begins or continues. */
  thread: z.uuid(),
  visitor: z.object({ name: z.string().min(1), email: z.string().nullable() }),
  text: z.string().min(1),
  language: z.enum(['en', 'ro']),
  /** Address at which members see the page as the visitor does. */
  page: z.url(),
  at: z.iso.datetime(),
})
export type Submission = z.infer<typeof Submission>
