import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestDatabase } from '../../../test/database.ts'
import { createTestLog } from '../../../test/log.ts'
import { createParley } from '../../app.ts'
import { readConfig } from '../../platform/config.ts'
import { startImportCare } from './clear-imports.ts'

const hour = 3_600_000
let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-imports-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

async function leave(name: string, hoursAgo: number): Promise<void> {
  await mkdir(join(home, 'imports'), { recursive: true })
  const file = join(home, 'imports', name)
  await writeFile(file, 'a whole business')
  const at = new Date(Date.now() - hoursAgo * hour)
  await utimes(file, at, at)
}
const left = () => readdir(join(home, 'imports'))

it('removes archives that were sent a day ago and never imported, and leaves younger ones', async () => {
  const { log } = createTestLog()
  let now = new Date()
  await leave('yesterday.tar.gz', 25)
  await leave('today.tar.gz', 23)
  const care = startImportCare({ home, log, clock: () => now }, { everyMs: 20 })
  try {
    await expect.poll(left).toEqual(['today.tar.gz'])
    now = new Date(now.getTime() + 2 * hour)
    await expect.poll(left).toEqual([])
    // Whoever begins meanwhile finds the folder, and an empty one is no trouble.
    await leave('new.tar.gz', 0)
    await expect.poll(left).toEqual(['new.tar.gz'])
  } finally {
    await care.stop()
  }
})

it('does so when the program starts, and bears that nothing was ever sent', async () => {
  await leave('yesterday.tar.gz', 25)
  await leave('today.tar.gz', 1)
  const database = await createTestDatabase()
  const start = async (folder: string) => {
    const { log } = createTestLog()
    const config = readConfig({ PARLEY_HOME: folder, PARLEY_ROLE: 'web' })
    const parley = await createParley({ config, databaseUrl: database.url, log })
    await parley.start()
    return parley
  }
  const parley = await start(home)
  try {
    await expect.poll(left).toEqual(['today.tar.gz'])
  } finally {
    await parley.stop()
  }
  const empty = await mkdtemp(join(tmpdir(), 'parley-imports-'))
  try {
    await (await start(empty)).stop()
    expect(await readdir(empty)).not.toContain('imports')
  } finally {
    await rm(empty, { recursive: true, force: true })
    await database.drop()
  }
})
