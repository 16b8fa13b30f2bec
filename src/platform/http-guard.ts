import type { LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { HttpError } from './http.ts'

/** All addresses of a host name; rejects with the resolver's error. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>

/** Ports above 1023 that belong to protocols an HTTP request could be smuggled into: the "bad ports" of https://fetch.spec.whatwg.org/#port-blocking */
const BAD_PORTS = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10080,
])
/** Azure's host agent answers on a public address, to virtual machines only, with their secrets. */
const METADATA_ADDRESSES = new Set(['168.63.129.16'])

/**
 * True for an address that anyone on the internet could connect to. Everything else is refused: private,
 * loopback, link-local (169.254.169.254 too), shared (CGNAT), multicast, documentation, reserved, and
 * IPv6 forms that carry an IPv4 address. NAT64 (64:ff9b::/96) is judged by the IPv4 address inside, since
 * networks that have only IPv6 see every IPv4 host that way.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || METADATA_ADDRESSES.has(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast'
  if (parsed.match(ipaddr.IPv6.parseCIDR('64:ff9b::/96'))) {
    return isPublicAddress(parsed.toByteArray().slice(12).join('.'))
  }
  // Only 2000::/3 is given out as global unicast; ipaddr.js calls unassigned space unicast as well.
  return parsed.range() === 'unicast' && parsed.match(ipaddr.IPv6.parseCIDR('2000::/3'))
}

/**
 * A lookup for `net.connect` that answers with addresses it has just checked, so that the socket goes
 * to exactly those (no second resolution, hence no DNS rebinding). A name with one bad address is
 * refused whole: no honest public host has one.
 */
export function guardedLookup(
  resolve: Resolve,
  isAllowed: (address: string) => boolean,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses
        if (first === undefined) {
          callback(new HttpError('not-sent', `${hostname} has no address`), '')
        } else if (!addresses.every(({ address }) => isAllowed(address))) {
          callback(new HttpError('refused', `${hostname} is on a private network`), '')
        } else if (options.all) {
          callback(null, addresses)
        } else {
          callback(null, first.address, first.family)
        }
      },
      (error) => callback(error, ''),
    )
  }
}

/** The next address of a redirect, or an `HttpError` when it may not be followed. */
export function redirectTarget(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) {
    throw new HttpError('refused', `${from.host} redirected to something that is no address`)
  }
  const target = new URL(location, from)
  if (from.protocol === 'https:' && target.protocol !== 'https:') {
    throw new HttpError('refused', `${from.host} redirected to an unencrypted address`)
  }
  return target
}

/** Throws `refused` for an address that may not be asked; what a name stands for is checked by the lookup. */
export function checkUrl(url: URL, privateAllowed: boolean): void {
  const refuse = (why: string) => {
    throw new HttpError('refused', `${url.host || url.protocol} ${why}`)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') refuse('is not a web address')
  if (url.username !== '' || url.password !== '') refuse('has credentials in its address')
  if (privateAllowed) return
  const port = url.port === '' ? 443 : Number(url.port)
  // Fediverse servers and PDSes run on odd high ports, so those stay open; low ports other than the
  // web's own are mail, shells and databases, which a request must not be able to talk into anything.
  const webPort = port === 80 || port === 443 || (port > 1023 && !BAD_PORTS.has(port))
  if (!webPort) refuse('uses a port that is not for the web')
  // The URL parser has already turned 0x7f.1, 2130706433 and 0177.0.0.1 into dotted decimals.
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isPublicAddress(host)) refuse('is on a private network')
}
