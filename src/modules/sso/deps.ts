import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../platform/clock.ts'
import type { Keyring } from '../../platform/crypto.ts'
import type { Database } from '../../platform/db.ts'
import type { HttpClient } from '../../platform/http.ts'
import type { Log } from '../../platform/log.ts'
import type { Actor } from '../access/index.ts'
import type { Auth, SignedIn } from '../members/index.ts'

export type SsoDeps = {
  database: Pick<Database, 'db' | 'dispatch'>
  auth: Auth
  http: HttpClient
  keyring: Keyring
  clock: Clock
  log: Log
  publicUrl: string
  actorOf(request: FastifyRequest): Actor
  /** Whoever has an open session with a second factor; null: nobody. For routes that are open to all. */
  findSession(request: FastifyRequest): Promise<SignedIn | null>
  signInsPerMinute?: number
}

/** Where providers send people back to. */
export function returnAddress(publicUrl: string): string {
  return `${publicUrl}/sign-in/return`
}
