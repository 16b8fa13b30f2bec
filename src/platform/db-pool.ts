import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import pg from 'pg'

// On one machine a transaction of ten statements spends about a third of its time on going to and fro and on
// reading and planning statements that it ran a moment ago. Two savings, invisible to whoever asks:
// - BEGIN waits for the first statement, and goes with it when that is the one that every transaction begins with;
// - a statement that begins with `often` is prepared once for each connection.

/** The first statement of every transaction that sees a workspace. Its one parameter is the workspace. */
export const enterWorkspace = "select set_config('parley.workspace', $1, true)"

/**
 * At the head of a statement's text: it is prepared once for each connection. Only for texts that are few:
 * those whose parameters vary, and not the text itself.
 */
export const often = '/* often */'

/** The pool as Kysely uses it, with fewer round trips. */
export function sparingPool(pool: pg.Pool): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      const known = clients.get(client)
      if (known) return known
      const sparing = sparingClient(client)
      clients.set(client, sparing)
      return sparing
    },
  }
}

function sparingClient(client: pg.PoolClient): PostgresPoolClient {
  let begins = false

  function query<Row>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<Row>>
  function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>
  function query(text: unknown, values: readonly unknown[] = []): unknown {
    if (typeof text !== 'string') return Reflect.apply(client.query, client, [text])
    if (text === 'begin') {
      begins = true
      return Promise.resolve(nothing('SELECT'))
    }
    if (!begins) return send(text, values)
    begins = false
    if (text === 'commit') return Promise.resolve(nothing('SELECT'))
    if (text === 'rollback') return Promise.resolve(nothing('ROLLBACK'))
    const [workspace] = values
    if (text === enterWorkspace && typeof workspace === 'string') {
      const literal = pg.escapeLiteral(workspace)
      return client
        .query(`begin; select set_config('parley.workspace', ${literal}, true)`)
        .then(() => nothing('SELECT'))
    }
    return client.query('begin').then(() => send(text, values))
  }

  function send(text: string, values: readonly unknown[]) {
    if (!text.startsWith(often)) return client.query(text, [...values])
    return client.query({ name: nameOf(text), text, values: [...values] })
  }

  return { query, release: (destroy) => client.release(destroy) }
}

function nothing(command: 'SELECT' | 'ROLLBACK') {
  return { command, rowCount: 0, rows: [] }
}

const names = new Map<string, string>()

/** Short, because PostgreSQL keeps 63 bytes of a name; the same text has the same name on all connections. */
function nameOf(text: string): string {
  const known = names.get(text)
  if (known !== undefined) return known
  const name = `often_${names.size}`
  names.set(text, name)
  return name
}
