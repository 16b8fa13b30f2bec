import { z } from 'zod'
import { systemClock } from '../platform/clock.ts'
import { defineCommand, readSecret } from './command.ts'

export const ownerCreate = defineCommand({
  words: ['owner', 'create'],
  summary: 'Create an owner who can sign in',
  details:
    'On a new Parley this creates the workspace too. The owner adds a second factor at the first sign-in.',
  options: {
    email: { hint: 'ADDRESS', help: 'E-mail address to sign in with' },
    name: { hint: 'NAME', help: 'Name of the owner' },
    'password-stdin': { help: 'Read the password from standard input (required)' },
    business: { hint: 'NAME', help: 'Name of the business; makes a new workspace' },
    'time-zone': { hint: 'ZONE', help: 'For example Europe/Bucharest; default UTC' },
    locale: { hint: 'en|ro', help: 'Language of the workspace; default en' },
  },
  input: z.object({
    email: z.email('is not an e-mail address'),
    name: z.string().trim().min(1).max(200),
    'password-stdin': z.literal(true, 'is missing: a password on the command line could be seen'),
    business: z.string().trim().min(1).max(200).optional(),
    'time-zone': z.string().optional(),
    locale: z.enum(['en', 'ro']).optional(),
  }),
  async run(input, surroundings) {
    const password = await readSecret(surroundings.stdin, 'password')
    const { email, name, business, locale } = input
    const owner = { email, name, business, locale, password, timeZone: input['time-zone'] }
    const { withInstance } = await import('./open.ts')
    const { createOwner } = await import('../modules/members/index.ts')
    const created = await withInstance(surroundings, ({ database }) =>
      createOwner({ db: database.db, clock: systemClock }, owner),
    )
    return { json: created, text: `Created the owner ${name} <${email}>.` }
  },
})
