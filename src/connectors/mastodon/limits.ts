import type { Limits, TextLimits } from '../../../contract/limits.ts'
import { ConnectorError } from '../contract.ts'
import { type Api, ask } from './api.ts'
import { Instance } from './schemas.ts'

/** Stock Mastodon, where a server says nothing (docs.joinmastodon.org/entities/Instance, 2026-08). */
const STOCK = {
  characters: 500,
  attachments: 4,
  urlLength: 23,
  imageBytes: 16 * 1024 * 1024,
  imageTypes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
  altText: 1500,
}

/** What the server says of itself, by v2 where it has it, else v1. Throws ConnectorError. */
export async function askInstance(api: Api): Promise<Instance> {
  try {
    return await ask(api, { path: '/api/v2/instance' }, Instance)
  } catch (error) {
    if (!(error instanceof ConnectorError) || isPassing(error)) throw error
    return await ask(api, { path: '/api/v1/instance' }, Instance)
  }
}

/** Limits as the server gives them, with stock ones where it is silent. */
export function limitsOf(instance: Instance, now: Date): Limits {
  const { statuses, media_attachments: media } = instance.configuration ?? {}
  const max = statuses?.max_characters ?? instance.max_toot_chars ?? STOCK.characters
  const images = media?.supported_mime_types?.filter((type) => type.startsWith('image/'))
  const text: TextLimits = {
    text: [{ max, unit: countsGraphemes(instance) ? 'graphemes' : 'utf16-units' }],
    urlLength:
      statuses?.characters_reserved_per_url ?? (isMastodon(instance) ? STOCK.urlLength : null),
    mentionsWithoutServer: isMastodon(instance),
    countsContentWarning: true,
  }
  return {
    public: text,
    private: text,
    media: {
      max: statuses?.max_media_attachments ?? STOCK.attachments,
      imageBytes: media?.image_size_limit ?? STOCK.imageBytes,
      imageTypes: images?.length ? images : STOCK.imageTypes,
      altText: media?.description_limit ?? instance.description_limit ?? STOCK.altText,
    },
    readAt: now.toISOString(),
  }
}

/**
 * Mastodon itself and its forks. Everything else says `compatible` in its version, as Pleroma began
 * it, or is GoToSocial, whose versions begin with 0.
 */
export function isMastodon(instance: Instance): boolean {
  if (/compatible/i.test(instance.version) || /gotosocial/i.test(instance.source_url ?? ''))
    return false
  return Number.parseInt(instance.version, 10) >= 1
}

/** The domain in people's full names; it may differ from the host that serves the API. */
export function domainOf(instance: Instance, service: string): string {
  const said = instance.domain ?? instance.uri ?? ''
  return said.replace(/^https?:\/\//, '').replace(/\/.*$/, '') || new URL(service).host
}

/** Where the stream is, as https; null when the server has none that we can read. */
export function streamOf(instance: Instance): string | null {
  // GoToSocial, Pleroma and Akkoma stream by websocket only, snac not at all.
  if (/gotosocial|pleroma|akkoma|snac/i.test(`${instance.version} ${instance.source_url ?? ''}`))
    return null
  if (!isMastodon(instance) && /^0\./.test(instance.version)) return null
  const said = instance.configuration?.urls?.streaming ?? instance.urls?.streaming_api
  return said ? said.replace(/^ws/, 'http').replace(/\/$/, '') : null
}

/** Others count code points or more; UTF-16 units are never fewer, so nothing is cut at the server. */
function countsGraphemes(instance: Instance): boolean {
  return isMastodon(instance) || /pleroma|akkoma/i.test(instance.version)
}

/** Trouble that asking for v1 would only repeat. */
function isPassing(error: ConnectorError): boolean {
  return error.failure.kind === 'rate-limited' || error.failure.kind === 'auth-expired'
}
