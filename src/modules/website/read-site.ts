import type { Target } from '../../../contract/clock.ts'
import { ChannelId, type WorkspaceId } from '../../../contract/ids.ts'
import type { WebsiteForm } from '../../../contract/website.ts'
import { inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { findChannel } from '../channels/index.ts'
import { readClockRows } from '../reply-clock/index.ts'
import { findWorkspace } from '../workspaces/index.ts'
import type { WebsiteDeps } from './deps.ts'
import { findOwner, readForm } from './store.ts'

/** A form on a website, with all that its pages say. */
export type Site = {
  workspaceId: WorkspaceId
  channelId: ChannelId
  account: { remoteId: string; handle: string }
  name: string
  /** Origin of the website that it stands on. */
  origin: string
  open: boolean
  form: WebsiteForm
  /** What is promised to everybody where no rule says otherwise. */
  promise: Target
  timeZone: string
}

/** Changes of a form are seen by visitors within this time, in ms: a busy form is not read for each of them. */
const keptMs = 3000
const mostKept = 1000

/** Reads forms by their channel's id. Throws AppError `not-found`. */
export type Sites = { read(channelId: string): Promise<Site> }

export function createSites(deps: Pick<WebsiteDeps, 'database'>): Sites {
  const kept = new Map<string, { site: Promise<Site>; at: number }>()
  return {
    read(given) {
      const known = kept.get(given)
      if (known && performance.now() - known.at < keptMs) return known.site
      // Kept while it is read, so that those who come meanwhile do not each read it too.
      const site = readSite(deps, given)
      site.catch(() => kept.delete(given))
      if (kept.size >= mostKept) kept.clear()
      kept.set(given, { site, at: performance.now() })
      return site
    },
  }
}

async function readSite({ database }: Pick<WebsiteDeps, 'database'>, given: string): Promise<Site> {
  const id = ChannelId.safeParse(given)
  const owner = id.success ? await findOwner(database.dispatch, id.data) : null
  if (!id.success || owner === null)
    throw new AppError('not-found', 'There is no form at this address.')
  const place = { workspaceId: owner, channelId: id.data }
  return inWorkspace(database.db, owner, async (tx) => {
    const channel = await findChannel(tx, owner, id.data)
    const workspace = await findWorkspace(tx, owner)
    if (!channel || !workspace) throw new AppError('not-found', 'There is no form at this address.')
    return {
      ...place,
      account: channel.account,
      name: channel.displayName,
      origin: channel.service,
      open: channel.state !== 'disconnected',
      form: await readForm(tx, place),
      promise: (await readClockRows(tx, owner)).policy.fallback.target,
      timeZone: workspace.time_zone,
    }
  })
}

/** Websites that may show the form in a frame: the one it was made for, with and without `www.`. */
export function framesOf({ origin }: Pick<Site, 'origin'>): string[] {
  const url = new URL(origin)
  const twin = url.hostname.startsWith('www.') ? url.host.slice(4) : `www.${url.host}`
  const named = /[a-z]/i.test(url.hostname) && url.hostname.includes('.')
  return named ? [origin, `${url.protocol}//${twin}`] : [origin]
}
