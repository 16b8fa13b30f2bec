/** Discord's ids count from here, in ms since 1970 (docs: reference, snowflakes). */
const EPOCH = 1_420_070_400_000

/** The smallest id of a moment, ms since 1970. */
export function snowflakeAt(ms: number): string {
  return (BigInt(Math.max(Math.floor(ms) - EPOCH, 0)) << 22n).toString()
}

/** When an id was made, ms since 1970; what is no number is as old as can be. */
export function timeOfSnowflake(id: string): number {
  return /^\d{1,20}$/.test(id) ? Number(BigInt(id) >> 22n) + EPOCH : EPOCH
}

/** Ids are numbers written as text without leading zeros. */
export function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}
