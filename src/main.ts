import { createParley } from './app.ts'
import { type Config, readConfig } from './platform/config.ts'
import { KeyringError } from './platform/crypto.ts'
import { startEmbeddedPostgres } from './platform/embedded-postgres.ts'
import { messageOf, OperatorError } from './platform/errors.ts'
import { lockHome } from './platform/instance-lock.ts'
import { createLog, type Log } from './platform/log.ts'
import { migrate } from './platform/migrate.ts'

/** Whatever hangs, an operator gets the machine back after this time, in milliseconds. */
const longestEnd = 20_000

type Server = { url: string; stop(): Promise<void>; onExit(callback: () => void): void }

/** Starts this process in its role and ends it on SIGTERM or SIGINT. */
async function main(config: Config): Promise<void> {
  const log = createLog(config.logLevel)
  const undo: (() => Promise<void> | void)[] = []
  const end = async (code: number) => {
    for (const step of undo.splice(0).reverse())
      await Promise.resolve(step()).catch((err: unknown) => log.error({ err }, 'stopping'))
    process.exitCode = code
    // What is left over (a keep-alive connection) must not keep an operator waiting.
    setTimeout(() => process.exit(code), 2000).unref()
  }
  let ending = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      // A signal to the whole process group comes a second time by way of npm: once is enough.
      if (ending) return
      ending = true
      setTimeout(() => process.exit(1), longestEnd).unref()
      void end(0)
    })
  try {
    const database = await openServer(config, log, undo)
    undo.push(database.stop)
    await migrate(database.url)
    const parley = await createParley({ config, databaseUrl: database.url, log })
    undo.push(parley.stop)
    if (config.role === 'all' || config.role === 'web') await listen(parley.server.app, config)
    await parley.start()
    database.onExit(() => {
      log.fatal('the database ended and could not be started again')
      void end(1)
    })
    console.log(readyLine(config))
  } catch (error) {
    console.error(sentenceOf(error, log))
    await end(1)
  }
}

async function openServer(
  config: Config,
  log: Log,
  undo: (() => Promise<void> | void)[],
): Promise<Server> {
  if (config.databaseUrl !== null)
    return { url: config.databaseUrl, stop: async () => undefined, onExit: () => undefined }
  const lock = await lockHome(config.home)
  undo.push(() => lock.release())
  return startEmbeddedPostgres({ home: config.home, log })
}

type Listening = { listen(options: { port: number; host: string }): Promise<string> }

async function listen(app: Listening, { port, host }: Config): Promise<void> {
  try {
    await app.listen({ port, host })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'EADDRINUSE')
      throw new OperatorError(
        `Port ${port} is taken by another program: stop it, or set PARLEY_PORT to a free port.`,
        { cause },
      )
    if (code === 'EACCES')
      throw new OperatorError(
        `Port ${port} may not be used by this user: set PARLEY_PORT to one above 1023.`,
        { cause },
      )
    throw cause
  }
}

function readyLine({ role, publicUrl }: Config): string {
  return role === 'all' || role === 'web'
    ? `Parley is ready at ${publicUrl}`
    : `Parley is ready as ${role}`
}

/** One sentence for whoever starts it; a stack only for what nobody foresaw. */
function sentenceOf(error: unknown, log: Log): string {
  if (error instanceof OperatorError || error instanceof KeyringError) return error.message
  log.fatal({ err: error }, 'Parley could not start')
  return `Parley could not start: ${messageOf(error)}`
}

try {
  await main(readConfig())
} catch (error) {
  console.error(sentenceOf(error, createLog('info')))
  process.exitCode = 1
}
