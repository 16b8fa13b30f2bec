import type { FastifyRequest } from 'fastify'
import { AppError } from './errors.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** True for names of this machine itself: `localhost`, `127.0.0.0/8`, `[::1]`. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/**
 * Is the Host header one of our names? A page elsewhere can point its own name at this machine (DNS
 * rebinding); its requests carry that name. Loopback names are always ours, with any port.
 */
export function isOwnHost(host: string | undefined, publicUrl: string): boolean {
  const url = URL.parse(`http://${host ?? ''}`)
  if (url === null || url.pathname !== '/' || url.username !== '') return false
  return isLoopback(url.hostname) || url.hostname === new URL(publicUrl).hostname
}

/**
 * Throws `forbidden` when a request that changes something was sent by another site with our member's
 * cookie. Browsers say where a request comes from by `Origin` and `Sec-Fetch-Site`; a request with a
 * cookie and neither is refused. API keys are not sent by browsers on their own, so they are exempt.
 */
export function refuseForgery(request: FastifyRequest, publicUrl: string): void {
  if (safeMethods.has(request.method) || request.headers.authorization !== undefined) return
  const { origin, host, cookie } = request.headers
  const site = request.headers['sec-fetch-site']
  const foreignOrigin = origin !== undefined && !isOwnOrigin(origin, host, publicUrl)
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none'
  const unknown = cookie !== undefined && origin === undefined && site === undefined
  if (foreignOrigin || foreignSite || unknown)
    throw new AppError(
      'forbidden',
      'This request did not come from Parley itself. Reload the page and try again.',
    )
}

// Whether the host is ours was asked before, so an origin that names the same host is ours too: that is
// how http://localhost:4400 works when the public address is http://127.0.0.1:4400.
function isOwnOrigin(origin: string, host: string | undefined, publicUrl: string): boolean {
  const given = URL.parse(origin)
  if (given === null) return false
  const ours = new URL(publicUrl)
  return given.origin === ours.origin || (isLoopback(ours.hostname) && given.host === host)
}
