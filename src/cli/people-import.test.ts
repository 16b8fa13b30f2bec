import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { ImportReport } from '../../contract/people.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { asServerOwner, makeKey } from '../../test/desk.ts'
import { runParley } from '../../test/program.ts'

let database: TestDatabase
let home: string
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  database = await createTestDatabase()
  home = await mkdtemp(join(tmpdir(), 'parley-people-'))
  env = { PARLEY_HOME: home, DATABASE_URL: database.url }
  await makeKey(database)
})
afterAll(async () => {
  await database.drop()
  await rm(home, { recursive: true, force: true })
})

async function csv(text: string): Promise<string> {
  const file = join(home, 'people.csv')
  await writeFile(file, text)
  return file
}

async function names(): Promise<string[]> {
  const rows = await asServerOwner(database.url, 'select display_name from people order by 1')
  return rows.map((row) => z.object({ display_name: z.string() }).parse(row).display_name)
}

const good = 'Name,E-mail\nAna Pop,ana@example.com\nDan Ion,dan@example.com\n'

it('takes people in, and the same file again changes nothing', async () => {
  const file = await csv(good)
  const first = await runParley(['people', 'import', file], { env })
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(first.stdout).toContain('Took in 2 rows: 2 new, 0 changed, 0 as they were, 0 refused.')
  expect(await names()).toEqual(['Ana Pop', 'Dan Ion'])
  const again = await runParley(['people', 'import', file, '--json'], { env })
  expect(ImportReport.parse(JSON.parse(again.stdout))).toMatchObject({ created: 0, unchanged: 2 })
})

it('names each row at fault, keeps the others, writes the refused ones out and exits with 1', async () => {
  const file = await csv('Nume,Mail\nEva,eva@example.com\nFlo,not an address\n')
  const refused = join(home, 'refused.csv')
  const args = ['people', 'import', file, '--columns', 'Nume=name,Mail=email', '--refused', refused]
  const ran = await runParley(args, { env })
  expect(ran.code).toBe(1)
  expect(ran.stdout).toMatch(/1 new, 0 changed, 0 as they were, 1 refused\.\nLine 3, /)
  expect(await names()).toContain('Eva')
  expect(await names()).not.toContain('Flo')
  expect(await readFile(refused, 'utf8')).toContain('not an address')
})

it('changes nothing in a dry run', async () => {
  const before = await names()
  const file = await csv('Name,E-mail\nGina,gina@example.com\n')
  const ran = await runParley(['people', 'import', file, '--dry-run'], { env })
  expect(ran).toMatchObject({ code: 0 })
  expect(ran.stdout).toContain('It would be 1 rows: 1 new')
  expect(await names()).toEqual(before)
})

it.each([
  [['--columns', 'Nothing=email'], good, 'a column "Nothing" that the file does not have'],
  [['--columns', 'Name=shoes'], good, '--columns'],
  [['--columns', 'email'], good, '--columns: is written COLUMN=FIELD'],
  [[], '', /file/],
])('refuses %s and changes nothing', async (more, text, says) => {
  const before = await names()
  const ran = await runParley(['people', 'import', await csv(text), ...more], { env })
  expect(ran).toMatchObject({ code: 2, stdout: '' })
  expect(ran.stderr).toMatch(says)
  expect(await names()).toEqual(before)
})

it('says so when there is no such file', async () => {
  const ran = await runParley(['people', 'import', join(home, 'none.csv')], { env })
  expect(ran.code).toBe(2)
  expect(ran.stderr).toContain('cannot be read')
})

it('makes a website’s form by the command line, and renames it when it is made again', async () => {
  const line = ['channel', 'connect', 'website', '--address', 'https://shop.example', '--json']
  const made = await runParley([...line, '--name', 'The Shop'], { env })
  expect(made).toMatchObject({ code: 0 })
  const channel = z.object({ id: z.string(), network: z.string(), state: z.string() })
  const first = channel.parse(JSON.parse(made.stdout))
  expect(first).toMatchObject({ network: 'website', state: 'connected' })
  const again = await runParley([...line, '--name', 'The Corner Shop'], { env })
  expect(channel.parse(JSON.parse(again.stdout)).id).toBe(first.id)
  const listed = await runParley(['channel', 'list'], { env })
  expect(listed.stdout.match(/shop\.example/g)).toHaveLength(1)
  const wrong = await runParley(['channel', 'connect', 'website', '--name', 'x', '--address', ''], {
    env,
  })
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).not.toMatch(/\n\s+at /)
})
