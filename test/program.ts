import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'

export type Ended = { code: number | null; signal: NodeJS.Signals | null }

/** One of our programs, running as a process of its own on this process's Node. */
export type Program = {
  child: ChildProcess
  /** All it wrote so far. */
  stdout(): string
  stderr(): string
  /** Resolves when it wrote something like this; fails when it ends or `ms` are over before. */
  says(pattern: RegExp, ms?: number): Promise<void>
  /** Resolves when it has ended and all it wrote was read. */
  ended: Promise<Ended>
}

type Options = {
  env?: NodeJS.ProcessEnv
  stdin?: string
  /** Other programs to start it through, such as `setpriv … --`. */
  through?: string[]
} & Pick<SpawnOptions, 'cwd'>

/** Starts a file of the project; of this environment it gets nothing but PATH. */
export function startProgram(file: string, args: string[] = [], options: Options = {}): Program {
  const path = join(import.meta.dirname, '..', file)
  const [program = '', ...before] = [...(options.through ?? []), process.execPath]
  const child = spawn(
    program,
    [...before, '--disable-warning=ExperimentalWarning', path, ...args],
    {
      env: { PATH: process.env.PATH, ...options.env },
      stdio: 'pipe',
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    },
  )
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.stderr += text
  })
  child.stdin.on('error', () => undefined) // it may end without reading
  child.stdin.end(options.stdin ?? '')
  let over = false
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      over = true
      resolve({ code, signal })
    })
  })
  return {
    child,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    ended,
    async says(pattern, ms = 120_000) {
      const end = Date.now() + ms
      while (!pattern.test(said.stdout + said.stderr)) {
        if (over || Date.now() > end)
          throw new Error(`it never said ${pattern}:\n${said.stdout}${said.stderr}`)
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    },
  }
}

/** Runs one command of the command line to its end. */
export async function runParley(
  args: string[],
  options: Options = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const program = startProgram('src/cli/main.ts', args, options)
  const { code } = await program.ended
  return { code, stdout: program.stdout(), stderr: program.stderr() }
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
