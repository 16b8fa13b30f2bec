import { promises as dns, type LookupAddress } from 'node:dns'
import { isIP, connect as openSocket } from 'node:net'
import { type Dial, HttpError } from './http.ts'
import { isPublicAddress, type Resolve } from './http-guard.ts'

type DialOptions = {
  /** Hosts and ports the operator allowed to be on a private network (local servers, tests). */
  allowPrivate: (host: string, port: number) => boolean
  /** Default 10,000, for the name and the connection together. */
  timeoutMs?: number
  /** Default: the system's resolver. */
  resolve?: Resolve
}

/** Ports below 1024 that mail is spoken on: relaying, IMAP, submission, and their TLS forms. */
const MAIL_PORTS = new Set([25, 143, 465, 587, 993])
/** For each of a host's addresses, when it has several. */
const ATTEMPT_MS = 2500

/** Builds the guarded way out for everything that is not HTTP: see `Dial`. */
export function createDial(options: DialOptions): Dial {
  const resolve = options.resolve ?? ((host) => dns.lookup(host, { all: true }))
  const timeoutMs = options.timeoutMs ?? 10_000
  return async (host, port) => {
    const name = `${host}:${port}`
    const allowed = options.allowPrivate(host, port)
    if (!allowed && port < 1024 && !MAIL_PORTS.has(port))
      throw new HttpError('refused', `${name} uses a port that is not for mail`)
    const bare = host.replace(/^\[|\]$/g, '')
    const late = AbortSignal.timeout(timeoutMs)
    const addresses = await inTime(addressesOf(resolve, bare, name), late, name)
    if (!allowed && !addresses.every(({ address }) => isPublicAddress(address)))
      throw new HttpError('refused', `${host} is on a private network`)
    const address = await firstThatAnswers(addresses, port, { name, late })
    return { address, servername: isIP(bare) === 0 ? bare : null }
  }
}

async function addressesOf(resolve: Resolve, host: string, name: string): Promise<LookupAddress[]> {
  const family = isIP(host)
  if (family !== 0) return [{ address: host, family }]
  const addresses = await resolve(host).catch((cause: unknown) => {
    throw new HttpError('not-sent', `${name}: there is no server of this name`, { cause })
  })
  if (addresses.length === 0) throw new HttpError('not-sent', `${name} has no address`)
  return addresses
}

/** A host with one address is not tried out; of several, one that takes connections is chosen. */
async function firstThatAnswers(
  addresses: readonly LookupAddress[],
  port: number,
  { name, late }: { name: string; late: AbortSignal },
): Promise<string> {
  const [only, ...others] = addresses
  if (only && others.length === 0) return only.address
  for (const { address } of addresses) {
    if (late.aborted) break
    if (await takesConnections(address, port, late)) return address
  }
  throw new HttpError('not-sent', `${name}: no connection`)
}

function takesConnections(host: string, port: number, late: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = openSocket({ host, port })
    const end = (answers: boolean) => {
      clearTimeout(timer)
      late.removeEventListener('abort', giveUp)
      socket.destroy()
      resolve(answers)
    }
    const giveUp = () => end(false)
    const timer = setTimeout(giveUp, ATTEMPT_MS)
    late.addEventListener('abort', giveUp, { once: true })
    socket.once('connect', () => end(true))
    socket.on('error', giveUp)
  })
}

function inTime<Result>(work: Promise<Result>, late: AbortSignal, name: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onLate = () => reject(new HttpError('not-sent', `${name}: no answer in time`))
    late.addEventListener('abort', onLate, { once: true })
    work.then(resolve, reject).finally(() => late.removeEventListener('abort', onLate))
  })
}
