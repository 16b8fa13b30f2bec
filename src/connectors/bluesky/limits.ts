import type { Limits } from '../../../contract/limits.ts'

/**
 * From the lexicons as of November 2026: app.bsky.feed.post (300 graphemes, 3000 bytes),
 * app.bsky.embed.images (4 of 2,000,000 bytes; alt text without a maximum), chat.bsky.convo.defs
 * (1000 graphemes, 10,000 bytes). Bluesky offers no way to read them from a server.
 */
const READ_AT = '2026-11-22T00:00:00Z'

export function limitsOf({ privately }: { privately: boolean }): Limits {
  return {
    public: text(300, 3_000),
    private: privately ? text(1_000, 10_000) : null,
    media: {
      max: 4,
      imageBytes: 2_000_000,
      imageTypes: ['image/jpeg', 'image/png', 'image/webp'],
      altText: null,
    },
    readAt: READ_AT,
  }
}

function text(graphemes: number, bytes: number): Limits['public'] {
  return {
    text: [
      { max: graphemes, unit: 'graphemes' },
      { max: bytes, unit: 'utf8-bytes' },
    ],
    urlLength: null,
    mentionsWithoutServer: false,
    countsContentWarning: false,
  }
}
