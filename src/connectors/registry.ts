import { bluesky } from './bluesky/bluesky.ts'
import type { Connector, Connectors } from './contract.ts'
import { discord } from './discord/discord.ts'
import { email } from './email/email.ts'
import { feed } from './feed/feed.ts'
import { mastodon } from './mastodon/mastodon.ts'
import { telegram } from './telegram/telegram.ts'
import { website } from './website/website.ts'

const all: readonly Connector[] = [bluesky, mastodon, email, website, telegram, discord, feed]

/** Every network that this build speaks. The one place where they are named. */
export const connectors: Connectors = new Map(all.map((one) => [one.network, one]))
