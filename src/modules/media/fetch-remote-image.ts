import { AppError } from '../../platform/errors.ts'
import { type HttpClient, HttpError } from '../../platform/http.ts'
import { ImageRefused, type Reencoded, reencodeImage } from '../../platform/images.ts'

const mostBytes = 20 * 1024 * 1024

/**
 * Fetches a picture that a customer posted, through the guarded client, and writes it anew: what the
 * browser gets was never the stranger's bytes. @throws AppError `unavailable` or `refused`
 */
export async function fetchRemoteImage(http: HttpClient, url: string): Promise<Reencoded> {
  try {
    const response = await http.fetch(url, { maxBytes: mostBytes, timeoutMs: 15_000 })
    if (!response.ok)
      throw new AppError('unavailable', `The network answered ${response.status} for this picture.`)
    return await reencodeRemoteImage(new Uint8Array(await response.arrayBuffer()))
  } catch (cause) {
    if (cause instanceof HttpError)
      throw new AppError('unavailable', 'The picture cannot be fetched from the network.', {
        cause,
      })
    throw cause
  }
}

/** A stranger's picture written anew. @throws AppError `refused` when it is none, or too large */
export async function reencodeRemoteImage(bytes: Uint8Array): Promise<Reencoded> {
  try {
    if (bytes.byteLength > mostBytes) throw new AppError('refused', 'The picture is too large.')
    return await reencodeImage(bytes, {
      maxBytes: 4 * 1024 * 1024,
      types: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
    })
  } catch (cause) {
    if (cause instanceof ImageRefused) throw new AppError('refused', cause.reason, { cause })
    throw cause
  }
}
