import { z } from 'zod'
import { defineCommand } from './command.ts'

export const memberResetFactor = defineCommand({
  words: ['member', 'reset-factor'],
  summary: 'Help somebody who lost their authenticator app, backup codes or passkeys',
  details:
    'Takes all second factors of this person away and ends their sessions; it stands in the audit log.\nThey sign in with their password and set up another factor before anything else. Make sure that it\nis really they who ask.',
  options: { email: { hint: 'ADDRESS', help: 'E-mail address they sign in with' } },
  input: z.object({ email: z.email('is not an e-mail address') }),
  async run({ email }, surroundings) {
    const { operatorOf, withInstance } = await import('./open.ts')
    const { resetFactor } = await import('../modules/members/index.ts')
    const reset = await withInstance(surroundings, async (instance) =>
      resetFactor({ db: instance.database.db }, await operatorOf(instance), email),
    )
    return {
      json: reset,
      text: `${reset.name} has no second factor now and sets up another at the next sign-in.`,
    }
  },
})
