import type { Limits, TextLimits } from '../../../contract/limits.ts'

/** Captions of pictures, in UTF-16 units (core.telegram.org/bots/api#sendphoto, 2026-08). */
export const longestCaption = 1024
export const mostPictures = 10

const text: TextLimits = {
  // "4096 characters after entities parsing": Telegram counts as it counts offsets, in UTF-16 units.
  text: [{ max: 4096, unit: 'utf16-units' }],
  urlLength: null,
  mentionsWithoutServer: false,
  countsContentWarning: false,
}

/** The same for every bot: Telegram has no call that tells them (Bot API 10.1, read in August 2026). */
export const limits: Limits = {
  public: text,
  private: text,
  media: {
    max: mostPictures,
    imageBytes: 10_000_000,
    imageTypes: ['image/jpeg', 'image/png', 'image/webp'],
    altText: null,
    text: longestCaption,
  },
  readAt: '2026-08-15T00:00:00Z',
}
