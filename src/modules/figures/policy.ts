import { type Actor, can } from '../access/index.ts'

/** Figures open the conversations behind them, so they ask for the same right. */
export function canReadFigures(actor: Actor): boolean {
  return can(actor, 'read-conversations')
}
