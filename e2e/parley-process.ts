import { createParley } from '../src/app.ts'
import { readConfig } from '../src/platform/config.ts'
import { whenDatabaseServes } from '../src/platform/db-errors.ts'
import { createLog } from '../src/platform/log.ts'
import { migrate } from '../src/platform/migrate.ts'

// Parley as src/main.ts starts it, with leases and pauses short enough for hundreds of kills in minutes.
const config = readConfig()
const { databaseUrl, role, port, host } = config
if (databaseUrl === null) throw new Error('DATABASE_URL is missing')
await whenDatabaseServes(() => migrate(databaseUrl))
const parley = await createParley({
  config,
  databaseUrl,
  log: createLog(config.logLevel),
  limits: { perCaller: 1_000_000, perAddress: 1_000_000 },
  sender: { leaseMs: 1500, pollMs: 200 },
  stream: {
    leaseMs: 1500,
    pace: { pollMs: 500, pollLiveMs: 3000, checkMs: 5000, recheckMs: 5000, patienceMs: 3000 },
  },
})
if (role === 'all' || role === 'web') await parley.server.app.listen({ port, host })
await parley.start()
process.stdout.write(`Parley is ready as ${role}\n`)
