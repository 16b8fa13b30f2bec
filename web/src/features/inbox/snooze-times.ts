const HOUR = 3_600_000

export type SnoozeChoice = { id: 'hour' | 'afternoon' | 'tomorrow' | 'monday'; at: Date }

/**
 * Usual times to come back, in the reader's time zone, soonest first: in an hour, in four hours, tomorrow at
 * nine, next Monday at nine (left out on Sunday, when it is tomorrow).
 */
export function snoozeChoices(now: Date): SnoozeChoice[] {
  const tomorrow = atNine(now, 1)
  const monday = atNine(now, (8 - now.getDay()) % 7 || 7)
  const choices: SnoozeChoice[] = [
    { id: 'hour', at: new Date(now.getTime() + HOUR) },
    { id: 'afternoon', at: new Date(now.getTime() + 4 * HOUR) },
    { id: 'tomorrow', at: tomorrow },
  ]
  if (monday.getTime() !== tomorrow.getTime()) choices.push({ id: 'monday', at: monday })
  return choices
}

function atNine(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9)
}

/** A time as `<input type="datetime-local">` writes it, in the reader's time zone. */
export function localInput(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`
}
