import { startStream } from '../src/modules/ingest/index.ts'
import { openDatabase } from '../src/platform/db.ts'
import { briskPace, streamDeps } from './stream-desk.ts'

// A process that receives, to be killed: node test/stream-process.ts DATABASE_URL HOME LEASE_MS

const [url = '', home = '', leaseMs = ''] = process.argv.slice(2)
const deps = await streamDeps(openDatabase({ url, onError: () => undefined }), home)
startStream(deps, { pace: briskPace, leaseMs: Number(leaseMs) })
process.stdout.write('receiving\n')
