import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { hasEnded, nameOfProcess } from './process-identity.ts'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** A process that says its own name and stays. */
async function begin(): Promise<{ child: ChildProcess; name: string }> {
  const program = `
    const { nameOfProcess } = await import(${JSON.stringify(join(import.meta.dirname, 'process-identity.ts'))})
    console.log(nameOfProcess())
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [said]: unknown[] = await once(child.stdout, 'data')
  return { child, name: String(said).trim() }
}

it('tells a process that was killed from one that lives', async () => {
  const { child, name } = await begin()
  expect(hasEnded(name)).toBe(false)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(hasEnded(name)).toBe(true)
})

it('takes a process whose number somebody else has now for ended', () => {
  const mine = nameOfProcess() ?? ''
  expect(hasEnded(mine)).toBe(false)
  const [kernel, numbers, pid, life] = mine.split('/')
  const [, boot] = life?.split('.') ?? []
  expect(hasEnded([kernel, numbers, pid, `1.${boot}`].join('/'))).toBe(true)
})

it('says nothing of a process of another machine or container, nor of nonsense', () => {
  const [kernel, numbers, pid, life] = (nameOfProcess() ?? '').split('/')
  expect(hasEnded(['0badcafe', numbers, '999999999', life].join('/'))).toBe(false)
  expect(hasEnded([kernel, '1', '999999999', life].join('/'))).toBe(false)
  expect(hasEnded([kernel, numbers, '999999999', life].join('/'))).toBe(true)
  for (const name of ['', 'x', [kernel, numbers, '-1', life].join('/'), `${kernel}/${numbers}/x/y`])
    expect(hasEnded(name)).toBe(false)
  expect(pid).toBe(String(process.pid))
})
