import type { ColumnType } from 'kysely'

// The shapes of columns that all tables share.

export type Time = ColumnType<Date, Date | string, Date | string>
export type MaybeTime = ColumnType<Date | null, Date | string | null, Date | string | null>
export type DefaultTime = ColumnType<Date, Date | string | undefined, Date | string>
/** `due_at`: the number Infinity when PostgreSQL holds 'infinity'. */
export type MaybeInfinite = ColumnType<
  Date | number,
  Date | 'infinity' | undefined,
  Date | 'infinity'
>
/** Parsed JSON on the way out (parse it before use), JSON text on the way in. */
export type JsonColumn = ColumnType<unknown, string, string>
export type DefaultJson = ColumnType<unknown, string | undefined, string>
