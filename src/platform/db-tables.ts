import type { CoreTables } from './tables/core.ts'
import type { ExportTables } from './tables/exports.ts'
import type { MailTables } from './tables/mail.ts'
import type { MoveTables } from './tables/moves.ts'
import type { OAuthTables } from './tables/oauth.ts'
import type { OnCallTables } from './tables/on-call.ts'
import type { OwnerTables } from './tables/owner.ts'
import type { PeopleTables } from './tables/people.ts'
import type { ReplyTables } from './tables/replies.ts'
import type { ReplyClockTables } from './tables/reply-clock.ts'
import type { SsoTables } from './tables/sso.ts'
import type { TeamTables } from './tables/team.ts'
import type { WebhookTables } from './tables/webhooks.ts'
import type { WebsiteTables } from './tables/website.ts'

// The tables as TypeScript sees them, a file for each area. The truth is in migrations/.

export type Tables = CoreTables &
  ExportTables &
  MailTables &
  OnCallTables &
  MoveTables &
  OAuthTables &
  OwnerTables &
  PeopleTables &
  ReplyClockTables &
  ReplyTables &
  SsoTables &
  TeamTables &
  WebhookTables &
  WebsiteTables
