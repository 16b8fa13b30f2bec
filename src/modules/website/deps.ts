import type { ChannelDeps } from '../channels/index.ts'
import type { SiteKeys } from './keys.ts'

export type WebsiteDeps = ChannelDeps & {
  /** Address at which browsers reach Parley, without trailing slash. */
  publicUrl: string
}

/** What the public pages work with, once registered. */
export type SiteDeps = WebsiteDeps & { keys: SiteKeys }
