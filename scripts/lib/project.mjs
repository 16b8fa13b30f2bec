import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of the project, absolute. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The project's own Node 24, from the npm package `node`. */
export const node = join(
  root,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

/** Ends the program with a sentence instead of a stack. */
export class Stop extends Error {}

/** Tells the person what is going on; standard output belongs to the program that is run. */
export function say(text) {
  process.stderr.write(`${text}\n`)
}

/** Runs the body of a script: a `Stop` becomes its sentence and exit code 1. */
export async function main(body) {
  try {
    process.exitCode = await body()
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    say(error.message)
    process.exitCode = 1
  }
}

/**
 * Runs a program in the project's folder and answers its exit code, 128 + n when signal n ended it.
 * Signals that we get are handed on, Ctrl-C only when no terminal sends it to the child as well.
 */
export function run(program, args, options = {}) {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options })
  return follow(child)
}

/** Hands signals on to a child and answers its exit code. */
export function follow(child) {
  const terminate = () => child.kill('SIGTERM')
  const interrupt = () => {
    if (!process.stdin.isTTY) child.kill('SIGINT')
  }
  process.on('SIGTERM', terminate)
  process.on('SIGHUP', terminate)
  process.on('SIGINT', interrupt)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + (signalNumbers[signal] ?? 0)))
  }).finally(() => {
    process.off('SIGTERM', terminate)
    process.off('SIGHUP', terminate)
    process.off('SIGINT', interrupt)
  })
}

const signalNumbers = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
}

/** The environment of programs that run on the project's Node. */
export function nodeEnvironment(extra = {}) {
  return { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile'), ...extra }
}

/** PATH with the machine's own Node: npm must not run on the one that it is about to replace. */
export function machinePath() {
  const own = (entry) => entry.startsWith(join(root, 'node_modules'))
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !own(entry))
    .join(delimiter)
}

/** One hash over the names and contents of files and folders of the project. */
export function hashOf(paths, skip = () => false) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap((path) => filesUnder(join(root, path), skip))) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

/** Files of a folder and below, in a fixed order; a file is itself; what is missing is nothing. */
export function filesUnder(path, skip = () => false) {
  if (!existsSync(path) || skip(path)) return []
  let entries
  try {
    entries = readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path]
    throw error
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = join(path, entry.name)
      if (entry.isDirectory()) return filesUnder(inside, skip)
      return entry.isFile() && !skip(inside) ? [inside] : []
    })
}

/** The text of a file, or null when there is none. */
export function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}
