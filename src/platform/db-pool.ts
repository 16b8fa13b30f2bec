import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import pg from 'pg'

// On one machine a transaction of ten statements spends about a third of its time on going to and fro and on
// reading and planning statements that it ran a moment ago. Three savings, invisible to whoever asks:
// - BEGIN, and the naming of the workspace, go with the first statement that is waited for;
// - a statement that begins with `often` is prepared once for each connection, and when a transaction begins with
//   such a one, all of its statements are;
// - one that begins with `onward` is not waited for: the database runs it while the next one is written.

/** The first statement of every transaction that sees a workspace. Its one parameter is the workspace. */
export const enterWorkspace = "select set_config('parley.workspace', $1, true)"

/**
 * At the head of a statement's text: it is prepared once for each connection. Only for texts that are few:
 * those whose parameters vary, and not the text itself.
 */
export const often = '/* often */'

/** As `enterWorkspace`, for a transaction that is run all the time with the same few texts. */
export const enterOften = `${often} ${enterWorkspace}`

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
  let isOften = false
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
      isOften = text.startsWith(often) || text.startsWith(onward)
      const entering = text === enterWorkspace || text === enterOften ? enteringOf(values) : ''
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
    const isPrepared = state === 'open' && isOften && text !== 'commit' && text !== 'rollback'
    const name =
      isPrepared || text.startsWith(often) || text.startsWith(onward) ? nameOf(text) : undefined
    if (name === undefined) return client.query(text, [...values])
    const answer = client.query({ name, text, values: [...values] })
    answer.catch(forgetStale)
    return answer
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
let generation = 0
/** Texts that vary although they should not must not fill the memory of all connections. */
const mostNames = 500

/**
 * Short, because PostgreSQL keeps 63 bytes of a name; the same text has the same name on all connections.
 * Undefined when there are too many already: the statement runs unprepared.
 */
function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined) return known
  if (names.size >= mostNames) return undefined
  const name = `often_${generation}_${names.size}`
  names.set(text, name)
  return name
}

/** Whether a prepared statement gives other columns than before: a table was changed since, by an update. */
export function isStalePlan(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError &&
    error.code === '0A000' &&
    error.message.includes('cached plan')
  )
}

/** All are prepared anew, on all connections, so that it is the last failure of its kind. */
function forgetStale(error: unknown): void {
  if (!isStalePlan(error)) return
  generation += 1
  names.clear()
}
