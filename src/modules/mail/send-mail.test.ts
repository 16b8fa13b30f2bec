import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { OutgoingMailId, type WorkspaceId } from '../../../contract/ids.ts'
import { startTestParley, type TestParley } from '../../../test/parley.ts'
import { inWorkspace } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import { enqueue } from '../../platform/jobs.ts'
import { nameOfProcess } from '../../platform/process-identity.ts'
import { sendMailTask } from './send-mail.ts'

let parley: TestParley
let workspaceId: WorkspaceId
let gone: string

beforeAll(async () => {
  parley = await startTestParley()
  workspaceId = (await parley.people.owner()).workspaceId
  const file = join(import.meta.dirname, '../../platform/process-identity.ts')
  const program = `console.log((await import(${JSON.stringify(file)})).nameOfProcess())`
  const ran = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
  gone = ran.stdout.trim()
})
afterAll(() => parley.close())

const second = 1000
const Job = z.object({ run_at: z.date() })
const Mail = z.object({ state: z.string(), attempts: z.int(), repeats: z.int() })

/**
 * A mail whose first attempt began some seconds ago and has no end, and its job, free again.
 * @returns when the job is to run next, in milliseconds, and when the lease of the attempt ends
 */
async function takeUp(begunAgo: number, holder: string | null) {
  const id = newId(OutgoingMailId)
  const until = Date.now() + 300 * second - begunAgo * second
  await parley.sql(
    `insert into outgoing_mails (workspace_id, id, to_address, subject, text, automatic, send_key, state,
        attempts, lease_until, lease_holder)
      values ($1, $2, 'ana@shop.example', 'S', 'T', false, $3, 'sending', 1, $4, $5)`,
    [workspaceId, id, `${id}.parley`, new Date(until), holder],
  )
  const payload = { workspaceId, mailId: id }
  await inWorkspace(parley.database.db, workspaceId, (tx) => enqueue(tx, sendMailTask, payload))
  const jobs = () =>
    parley.sql(
      `select run_at from graphile_worker._private_jobs
        where payload->>'mailId' = $1 and locked_at is null and run_at > now() + interval '5 seconds'`,
      [id],
    )
  await expect.poll(jobs, { timeout: 30_000 }).toHaveLength(1)
  const [mail] = await parley.sql('select * from outgoing_mails where id = $1', [id])
  expect(Mail.parse(mail)).toEqual({ state: 'sending', attempts: 1, repeats: 0 })
  const [job] = z.array(Job).parse(await jobs())
  return { next: job?.run_at.getTime() ?? 0, until }
}

it('leaves a mail to the process that is at it, until its attempt must be over', async () => {
  for (const holder of [`1 ${nameOfProcess()}`, null, '1 another/machine/4711/8.cafe']) {
    const { next, until } = await takeUp(20, holder)
    expect(next, holder ?? 'nobody').toBe(until)
  }
})

it('takes up the mail of a process that is gone a minute after its attempt began', async () => {
  const { next, until } = await takeUp(20, `1 ${gone}`)
  expect(next).toBe(until - 240 * second)
  // Its minute is over: it is taken up at once, and waits for an account only.
  const late = await takeUp(70, `1 ${gone}`)
  expect(late.next).toBeLessThan(Date.now() + 21 * second)
})

it('does not take the holder of an older attempt for that of this one', async () => {
  const { next, until } = await takeUp(70, `0 ${gone}`)
  expect(next).toBe(until)
})
