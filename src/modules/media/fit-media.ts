import { ConnectorError, type OutgoingMedia } from '../../connectors/contract.ts'
import { type ImageMime, ImageRefused, reencodeImage } from '../../platform/images.ts'

const known: readonly ImageMime[] = ['image/jpeg', 'image/png', 'image/webp', 'image/gif']

/** Pictures as a network takes them: too large ones smaller, types it does not know as one it does. */
export async function fitMedia(
  media: readonly OutgoingMedia[],
  limits: { imageBytes: number; imageTypes: readonly string[] },
): Promise<OutgoingMedia[]> {
  const types = known.filter((type) => limits.imageTypes.includes(type))
  return Promise.all(
    media.map(async (one) => {
      const fits = one.bytes.length <= limits.imageBytes && limits.imageTypes.includes(one.mime)
      if (fits) return one
      try {
        const smaller = await reencodeImage(one.bytes, { maxBytes: limits.imageBytes, types })
        return { ...one, ...smaller }
      } catch (cause) {
        if (cause instanceof ImageRefused)
          throw new ConnectorError({ kind: 'rejected', reason: cause.reason }, { cause })
        throw cause
      }
    }),
  )
}
