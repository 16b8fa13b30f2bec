import type { Limits, TextLimits } from '../../../contract/limits.ts'

/** Published limits (docs: resources/message, reference#uploading-files), read in November 2026. */
const READ_AT = '2026-11-20T00:00:00Z'
const TEXT: TextLimits = {
  // Discord counts code points; UTF-16 units are never fewer, so nothing is refused there.
  text: [{ max: 2000, unit: 'utf16-units' }],
  urlLength: null,
  mentionsWithoutServer: false,
  countsContentWarning: false,
}

/** Servers with boosts allow larger files; 10 MiB holds everywhere. */
export const limits: Limits = {
  public: TEXT,
  private: TEXT,
  media: {
    max: 10,
    imageBytes: 10 * 1024 * 1024,
    imageTypes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
    altText: 1024,
  },
  readAt: READ_AT,
}
