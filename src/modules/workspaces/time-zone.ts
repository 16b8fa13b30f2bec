import { badField } from '../../platform/errors.ts'

/**
 * The IANA zone under its usual name: `europe/bucharest` becomes `Europe/Bucharest`.
 * @throws bad-input at `field` when there is no such zone
 */
export function checkTimeZone(zone: string, field = 'timeZone'): string {
  // Offsets such as +02:00 are zones to JavaScript, but know no summer time.
  if (/^[A-Za-z]/.test(zone)) {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
  }
  throw badField(field, 'There is no such time zone. Use a name like Europe/Bucharest.')
}
