import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import pg from 'pg'

// On one machine a transaction of ten statements spends about a third of its time on going to and fro and on
// reading and planning statements that it ran a moment ago. Three savings, invisible to whoever asks:
// - BEGIN, and the naming of the workspace, go with the first statement that is waited for;
// - a statement that begins with `often` is prepared once for each connection;
// - one that begins with `onward` is not waited for: the database runs it while the next one is written.

/** The first statement of every transaction that sees a workspace. Its one parameter is the workspace. */
export const enterWorkspace = "select set_config('parley.workspace', $1, true)"

/**
 * At the head of a statement's text: it is prepared once for each connection. Only for texts that are few:
 * those whose parameters vary, and not the text itself.
 */
export const often = '/* often */'

/**
 * As `often`, for statements of a transaction whose answer nobody reads: the transaction goes on at once, and
 * they give no rows. They run in their order; when one fails, nothing after it is done, and the next statement
 * that is waited for, COMMIT at the latest, fails with its error.
 */
export const onward = '/* onward */'

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

/** `client` must be one that sends statements without waiting for the answers before (`pipeline`). */
function sparingClient(client: pg.PoolClient): PostgresPoolClient {
  let state: 'none' | 'begins' | 'open' = 'none'
  /** The answers of this transaction that are not waited for yet. */
  let ahead: Promise<unknown>[] = []

  function query<Row>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<Row>>
  function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>
  function query(text: unknown, values: readonly unknown[] = []): unknown {
    if (typeof text !== 'string') return Reflect.apply(client.query, client, [text])
    if (text === 'begin') {
      state = 'begins'
      return nothing('SELECT')
    }
    const ends = text === 'commit' || text === 'rollback'
    if (state === 'begins') {
      if (ends) return end(nothing(text === 'commit' ? 'SELECT' : 'ROLLBACK'))
      state = 'open'
      const entering = text === enterWorkspace ? enteringOf(values) : ''
      goOn(client.query(`begin${entering}`))
      if (entering) return nothing('SELECT')
    }
    if (text.startsWith(onward) && state === 'open') return goOn(send(text, values))
    // What failed before a ROLLBACK is undone by it.
    if (text === 'rollback') ahead = []
    const answer = afterAhead(send(text, values))
    return ends ? end(answer) : answer
  }

  function goOn(answer: Promise<unknown>) {
    // Whoever waits next hears of a failure.
    answer.catch(() => undefined)
    ahead.push(answer)
    return nothing('SELECT')
  }

  function afterAhead<Answer>(answer: Promise<Answer>): Promise<Answer> {
    if (ahead.length === 0) return answer
    const before = ahead
    ahead = []
    // They are answered in their order, so the first to fail is the one that made the others fail.
    return Promise.all([answer, ...before]).then(([own]) => own)
  }

  function end<Answer>(answer: Answer): Answer {
    state = 'none'
    return answer
  }

  function send(text: string, values: readonly unknown[]) {
    if (!text.startsWith(often) && !text.startsWith(onward)) return client.query(text, [...values])
    return client.query({ name: nameOf(text), text, values: [...values] })
  }

  return { query, release: (destroy) => client.release(destroy) }
}

function enteringOf([workspace]: readonly unknown[]): string {
  if (typeof workspace !== 'string') throw new TypeError('a workspace is named by its id')
  return `; select set_config('parley.workspace', ${pg.escapeLiteral(workspace)}, true)`
}

function nothing(command: 'SELECT' | 'ROLLBACK') {
  return Promise.resolve({ command, rowCount: 0, rows: [] })
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
