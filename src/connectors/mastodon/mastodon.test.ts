import { describeConnector } from '../suite.ts'
import { mastodon } from './mastodon.ts'
import { startPracticeWorld } from './practice.world.ts'

for (const kind of ['mastodon', 'snac', 'gotosocial', 'old-mastodon'] as const)
  describeConnector({
    connector: mastodon,
    on: `the practice network as ${kind}`,
    world: () => startPracticeWorld(kind),
  })
