import { type Actor, can } from '../access/index.ts'

/** Who may see what Parley wrote to whom, and mend the account that it is sent by. */
export function canReadMails(actor: Actor): boolean {
  return can(actor, 'manage-channels')
}
