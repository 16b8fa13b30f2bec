import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lockHome } from './instance-lock.ts'

let home = ''
const children: ChildProcess[] = []

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-lock-'))
})

afterEach(async () => {
  await Promise.all(children.splice(0).map(kill))
  await rm(home, { recursive: true, force: true })
})

it('refuses a folder that a live process holds, and names the process', async () => {
  const holder = contend()
  expect(await firstWord(holder)).toBe('held')
  await expect(lockHome(home, { waitMs: 0 })).rejects.toThrow(
    `Another Parley (process ${holder.pid}) is running on the data folder ${home}`,
  )
})

it('takes over from a killed process', async () => {
  const holder = contend()
  await firstWord(holder)
  await kill(holder)
  const lock = await lockHome(home, { waitMs: 0 })
  expect(await readdir(home)).toHaveLength(1)
  lock.release()
  expect(await readdir(home)).toEqual([])
})

it('takes over from a dead process whose number somebody else has now', async () => {
  await writeFile(join(home, 'parley.lock.1-123.deadbeef-00000000'), '')
  const lock = await lockHome(home, { waitMs: 0 })
  lock.release()
  expect(await readdir(home)).toEqual([])
})

it('waits for a holder that is on its way out', async () => {
  const first = await lockHome(home)
  setTimeout(first.release, 200)
  const second = await lockHome(home)
  second.release()
})

it('gives the folder to one of eight that come at the same moment', async () => {
  const words = await Promise.all(Array.from({ length: 8 }, () => firstWord(contend())))
  expect(words.toSorted()).toEqual(['held', ...Array.from({ length: 7 }, () => 'refused')])
})

it('says in one sentence that a folder cannot be written', async () => {
  const file = join(home, 'file')
  await writeFile(file, '')
  await expect(lockHome(join(file, 'below'))).rejects.toThrow(
    /^The data folder .* cannot be written/,
  )
})

function contend(): ChildProcess {
  const program = `
    const { lockHome } = await import(${JSON.stringify(join(import.meta.dirname, 'instance-lock.ts'))})
    await lockHome(${JSON.stringify(home)}).then(
      () => { console.log('held'); setInterval(() => {}, 1000) },
      () => console.log('refused'))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return child
}

async function firstWord(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output')
  const [chunk]: unknown[] = await once(child.stdout, 'data')
  return String(chunk).trim()
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
