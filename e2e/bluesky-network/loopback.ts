import dns, { setDefaultResultOrder } from 'node:dns'
import { Server } from 'node:net'

/**
 * Makes every server of this process listen on 127.0.0.1 when it names no address: the services of
 * `@atproto/dev-env` call `listen(port)`, which would open them to the whole network. Names resolve
 * to IPv4 first, because these services address each other as `localhost`.
 */
export function listenOnLoopbackOnly(): void {
  setDefaultResultOrder('ipv4first')
  const listen = Server.prototype.listen
  const listenOnLoopback = function (this: Server, ...args: unknown[]): Server {
    const [first, ...rest] = args
    const bound: unknown[] =
      typeof first === 'number' && typeof rest[0] !== 'string'
        ? [first, '127.0.0.1', ...rest]
        : typeof first === 'object' && first !== null && 'port' in first && !('host' in first)
          ? [{ ...first, host: '127.0.0.1' }, ...rest]
          : args
    return Reflect.apply(listen, this, bound)
  }
  Object.defineProperty(Server.prototype, 'listen', {
    value: listenOnLoopback,
    writable: true,
    configurable: true,
  })
}

/**
 * Makes names lead to 127.0.0.1 in this process, as a public name leads to a server: the services fetch
 * what a client says of itself only from names that somebody can own.
 */
export function resolveToLoopback(names: readonly string[]): void {
  if (names.length === 0) return
  const { lookup } = dns
  const lookupHere = (name: string, ...rest: unknown[]): unknown =>
    Reflect.apply(lookup, dns, [names.includes(name) ? '127.0.0.1' : name, ...rest])
  Object.defineProperty(dns, 'lookup', { value: lookupHere, writable: true, configurable: true })
}
