import { z } from 'zod'
import { bindJob, defineJob, startJobWorker } from '../src/platform/jobs.ts'
import { createTestLog } from './log.ts'

// A worker that begins a job and never ends it, to be killed: node test/stuck-worker.ts URL JOB

const [url = '', name = ''] = process.argv.slice(2)
const job = defineJob({
  name,
  payload: z.object({ name: z.string() }),
  run: (_: undefined, payload) => {
    process.stdout.write(`began ${payload.name}\n`)
    return new Promise(() => undefined)
  },
})
await startJobWorker({ url, jobs: [bindJob(job, undefined)], log: createTestLog().log })
process.stdout.write('ready\n')
