import type { Holiday } from '../../../../../contract/clock.ts'
import { inOrder, type Span, spansProblem } from '../../../ui/forms/hours.ts'

/** Closed all day; open in hours of its own; closed in some hours of a usual day. */
export type HolidayKind = 'closed' | 'open' | 'part'

export function kindOf({ closed, hours }: Holiday): HolidayKind {
  return hours ? 'open' : closed === 'all-day' ? 'closed' : 'part'
}

/** The hours that a holiday names: open or closed ones, by its kind; null: it names none. */
export function spansOf({ closed, hours }: Holiday): Span[] | null {
  return hours ?? (closed === 'all-day' ? null : closed)
}

/** Another kind of holiday on the same days; a morning to begin with, as most half days are. */
export function turnInto(holiday: Holiday, kind: HolidayKind): Holiday {
  const { name, from, until } = holiday
  const days = { name, from, until }
  switch (kind) {
    case 'closed':
      return { ...days, closed: 'all-day' }
    case 'open':
      return { ...days, closed: 'all-day', hours: [['09:00', '13:00']] }
    case 'part':
      return { ...days, closed: [['13:00', '24:00']] }
  }
}

export function withSpans(holiday: Holiday, spans: Span[]): Holiday {
  return holiday.hours ? { ...holiday, hours: spans } : { ...holiday, closed: spans }
}

/** Some hours are no hours: they end before they begin, or overlap. */
export function holidayProblem(holidays: readonly Holiday[]): boolean {
  return holidays.some((holiday) => spansProblem(spansOf(holiday) ?? []) !== null)
}

/** As the server keeps them: the hours of each in order. */
export function tidyHolidays(holidays: readonly Holiday[]): Holiday[] {
  return holidays.map((holiday) => {
    const spans = spansOf(holiday)
    return spans ? withSpans(holiday, inOrder(spans)) : holiday
  })
}
