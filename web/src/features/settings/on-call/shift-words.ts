import { useLingui } from '@lingui/react/macro'
import { Weekday } from '../../../../../contract/clock.ts'
import type { Shift } from '../../../../../contract/on-call.ts'

/** Short names of the days, from Monday. */
export function useDayLetters(): Record<Weekday, string> {
  const { t } = useLingui()
  return {
    mon: t`Mon`,
    tue: t`Tue`,
    wed: t`Wed`,
    thu: t`Thu`,
    fri: t`Fri`,
    sat: t`Sat`,
    sun: t`Sun`,
  }
}

/** "Mon–Fri 18:00–09:00, Europe/Bucharest"; "always". */
export function useShiftWords(): (shift: Shift | null) => string {
  const { t } = useLingui()
  const names = useDayLetters()
  return (shift) => {
    if (shift === null) return t`always`
    const { days, from, to, timeZone } = shift
    const said = runsOf(days)
      .map((run) => {
        const [first, last] = [run[0], run.at(-1)]
        if (!first || !last) return ''
        return run.length > 2
          ? `${names[first]}–${names[last]}`
          : run.map((day) => names[day]).join(', ')
      })
      .join(', ')
    const nextDay = to <= from ? ` ${t`(next day)`}` : ''
    return `${said} ${from}–${to}${nextDay}, ${timeZone}`
  }
}

/** Days that follow each other, together. */
function runsOf(days: readonly Weekday[]): Weekday[][] {
  const runs: Weekday[][] = []
  for (const [index, day] of Weekday.options.entries()) {
    if (!days.includes(day)) continue
    const run = runs.at(-1)
    if (run && Weekday.options[index - 1] === run.at(-1)) run.push(day)
    else runs.push([day])
  }
  return runs
}
