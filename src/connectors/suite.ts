import { afterAll, beforeAll, describe } from 'vitest'
import type { HttpClient } from '../platform/http.ts'
import { createHttpClient } from '../platform/http-client.ts'
import type { ReceivingConnector } from './contract.ts'
import { describeFaults } from './suite/breaking.ts'
import { describeChanges } from './suite/changing.ts'
import { describeConnecting } from './suite/connecting.ts'
import { describeReceiving } from './suite/receiving.ts'
import { describeReplying } from './suite/replying.ts'
import { openSession, type Stage, staged } from './suite/stage.ts'
import { describeTranslating } from './suite/translating.ts'
import type { World } from './suite/world.ts'

export { aloneOAuth, failureOf, noTcp, openSession, receiveAll, replyTo } from './suite/stage.ts'
export type { AccountPost, Fault, Posted, PostOptions, World } from './suite/world.ts'

/**
 * The behaviour every connector has, run on a world. Call it at the top of a test file:
 *
 *     describeConnector({ connector: mastodon, world: () => startPracticeWorld() })
 *
 * A connector's own tests cover only what is special to its network.
 */
export function describeConnector<Credential>(subject: {
  connector: ReceivingConnector<Credential>
  world(): Promise<World>
  /** Says on which network this runs, for the test's name. */
  on?: string
}): void {
  const { connector } = subject
  describe(`${connector.network} connector${subject.on ? ` on ${subject.on}` : ''}`, () => {
    const stage: Partial<Stage<Credential>> = {}
    const the = () => staged(stage)
    beforeAll(async () => {
      stage.world = await subject.world()
      stage.connector = connector
      stage.opened = await openSession(
        connector,
        await stage.world.connection(),
        stage.world.http,
        stage.world.dial,
      )
    }, 120_000)
    afterAll(async () => stage.world?.stop(), 60_000)

    describeConnecting(the)
    describeReceiving(the)
    describeTranslating(the)
    describeReplying(the)
    describeFaults(the)
    describeChanges(the)
  })
}

/** The true guarded client, let out to servers on this machine unless told otherwise. Close it. */
export function openHttp({ allowPrivate = true } = {}): HttpClient & { close(): Promise<void> } {
  return createHttpClient({ allowPrivate: () => allowPrivate, userAgent: 'Parley tests' })
}
