import type { CoreTables } from './tables/core.ts'
import type { MailTables } from './tables/mail.ts'
import type { OwnerTables } from './tables/owner.ts'
import type { ReplyTables } from './tables/replies.ts'
import type { ReplyClockTables } from './tables/reply-clock.ts'
import type { TeamTables } from './tables/team.ts'
import type { WebsiteTables } from './tables/website.ts'

// The tables as TypeScript sees them, a file for each area. The truth is in migrations/.

export type Tables = CoreTables &
  MailTables &
  OwnerTables &
  ReplyClockTables &
  ReplyTables &
  TeamTables &
  WebsiteTables
