import { asideList } from './aside-list.ts'
import { asideReplay } from './aside-replay.ts'
import { auditVerify } from './audit-verify.ts'
import { backup } from './backup.ts'
import { channelConnectBluesky } from './channel-connect-bluesky.ts'
import { channelConnectDiscord } from './channel-connect-discord.ts'
import { channelConnectEmail } from './channel-connect-email.ts'
import { channelConnectFeed } from './channel-connect-feed.ts'
import { channelConnectMastodon } from './channel-connect-mastodon.ts'
import { channelConnectTelegram } from './channel-connect-telegram.ts'
import { channelConnectWebsite } from './channel-connect-website.ts'
import { channelList } from './channel-list.ts'
import type { Command } from './command.ts'
import { doctor } from './doctor.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { keyCreate } from './key-create.ts'
import { keyList } from './key-list.ts'
import { keyRevoke } from './key-revoke.ts'
import { memberResetFactor } from './member-reset-factor.ts'
import { migrateCommand } from './migrate.ts'
import { onCallShow } from './on-call-show.ts'
import { ownerCreate } from './owner-create.ts'
import { peopleImport } from './people-import.ts'
import { restore } from './restore.ts'
import { vaultNewClientKey } from './vault-new-client-key.ts'
import { vaultRewrap } from './vault-rewrap.ts'
import { webhookAllow } from './webhook-allow.ts'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  ownerCreate,
  memberResetFactor,
  keyCreate,
  keyList,
  keyRevoke,
  channelConnectBluesky,
  channelConnectDiscord,
  channelConnectEmail,
  channelConnectMastodon,
  channelConnectTelegram,
  channelConnectFeed,
  channelConnectWebsite,
  channelList,
  onCallShow,
  peopleImport,
  webhookAllow,
  doctor,
  asideList,
  asideReplay,
  auditVerify,
  backup,
  restore,
  exportCommand,
  importCommand,
  migrateCommand,
  vaultNewClientKey,
  vaultRewrap,
]
