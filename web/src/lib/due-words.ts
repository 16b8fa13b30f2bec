const MINUTE = 60_000
const SOON = 60 * MINUTE

/** How a due time reads. `tone`: calm, soon (within the hour) or late; `amount` of `unit` left or over. */
export type DueWords = {
  tone: 'calm' | 'soon' | 'late'
  amount: number
  unit: 'min' | 'h' | 'd'
}

/**
 * Turns a due time into the words a row shows ("due in 40 min", "2 h late"). Minutes under an hour,
 * hours under two days, then days; what is left is rounded down, so that it never promises too much,
 * and what is over is rounded down to at least one minute.
 */
export function dueWords(due: string, now: number): DueWords {
  const left = Date.parse(due) - now
  if (left < 0) return { tone: 'late', ...span(Math.max(-left, MINUTE)) }
  return { tone: left < SOON ? 'soon' : 'calm', ...span(left) }
}

/** How long ago something was, in the same units; `amount` 0 minutes is "now". */
export function agoWords(at: string, now: number): { amount: number; unit: 'min' | 'h' | 'd' } {
  return span(Math.max(now - Date.parse(at), 0))
}

function span(milliseconds: number): { amount: number; unit: 'min' | 'h' | 'd' } {
  const minutes = Math.floor(milliseconds / MINUTE)
  if (minutes < 60) return { amount: minutes, unit: 'min' }
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return { amount: hours, unit: 'h' }
  return { amount: Math.floor(hours / 24), unit: 'd' }
}
