import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'

/** A secret as it is, and in the encodings in which it could hide. */
export function shapesOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [
    secret,
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ]
}

/** Arguments and environment of every process but this one, as anybody with its user sees them. */
export async function listProcesses(): Promise<string> {
  const pids = (await readdir('/proc')).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  )
  const read = (file: string) => readFile(file, 'latin1').catch(() => '') // gone, or not ours to see
  const texts = pids.map(async (pid) => [
    await read(`/proc/${pid}/cmdline`),
    await read(`/proc/${pid}/environ`),
  ])
  return (await Promise.all(texts)).flat().join('\n')
}

/** Every row of every table as text: what somebody who took the database would read. */
export async function databaseText(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    )
    const texts: string[] = []
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`)
      texts.push(...rows.map(({ row }) => row))
    }
    return texts.join('\n')
  } finally {
    await client.end()
  }
}
