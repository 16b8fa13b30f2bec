import type { CoreTables } from './tables/core.ts'

// The tables as TypeScript sees them, a file for each area. The truth is in migrations/.

export type Tables = CoreTables
