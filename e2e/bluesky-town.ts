import { z } from 'zod'
import { type BlueskyNetwork, startBlueskyNetwork } from './bluesky-network/client.ts'
import type { Account, Fault } from './bluesky-network/protocol.ts'
import type { Town } from './drill.ts'

const write = 'com.atproto.repo.putRecord'
const troubles: readonly Fault[] = [
  { mode: 'cut-after-accept', match: write, times: 1 },
  { mode: 'cut-before-accept', match: write, times: 1 },
  { mode: 'cut-mid-answer', match: write, times: 1 },
  { mode: 'answer-after-accept', match: write, times: 1 },
  { mode: 'late', match: write, times: 1, delayMs: 1500 },
  { mode: 'slow', match: write, times: 1, delayMs: 1000 },
  { mode: 'duplicate', match: write, times: 1 },
  { mode: 'rate-limit', match: write, times: 1, resetSeconds: 1 },
  { mode: 'answer', status: 502, match: write, times: 1 },
  { mode: 'expired-token', times: 1 },
  { mode: 'answer', status: 503, times: 3 },
]

export type BlueskyTown = Town & {
  network: BlueskyNetwork
  shop: Account
  ana: Account
  fields: Record<string, string>
}

/** A real Bluesky network with a shop on it, and customers who get past whatever goes wrong. */
export async function startBlueskyTown(
  databaseUrl: string,
  client?: { name: string; certificate: string },
): Promise<BlueskyTown> {
  const network = await startBlueskyNetwork({ databaseUrl, client, timeoutMs: 200_000 })
  const shop = await network.createAccount({ handle: 'brutaria', displayName: 'Brutăria' })
  const ana = await network.createAccount({ handle: 'ana', displayName: 'Ana' })
  const password = await network.createAppPassword(shop.did, 'parley')
  const Value = z.object({ text: z.string() })
  return {
    network,
    shop,
    ana,
    fields: { service: network.pds, handle: `@${shop.handle}`, password },
    customerWrites: async (text) =>
      void (await network.post({ did: ana.did, text: `@${shop.handle} ${text}` })),
    async trouble(random) {
      // One at a time: of several, those that strike first would hide the others.
      await network.setFault({ mode: 'pass' })
      await network.setFault(random.pick(troubles))
    },
    heal: () => network.setFault({ mode: 'pass' }),
    standing: async () =>
      (await network.posts(shop.did)).map(({ uri, value }) => ({
        remoteId: uri,
        text: Value.parse(value).text,
      })),
  }
}
