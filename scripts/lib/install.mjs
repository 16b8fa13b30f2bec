import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { alone, holders } from './claims.mjs'
import { hashOf, machinePath, node, readIfThere, root, run, Stop, say } from './project.mjs'

const modules = join(root, 'node_modules')
const hiddenLock = join(modules, '.package-lock.json')
const marker = join(modules, '.parley-install.json')

/**
 * Installs the packages by the lock file unless they are there: `runtime` for running Parley, `all` also
 * for testing it. The marker is written last and lies in the folder that npm replaces, so that an
 * install that was interrupted is done again. An `all` install is never made smaller.
 */
export async function ensureInstalled(kind) {
  if (isInstalled(kind)) return
  await alone(async () => {
    if (!isInstalled(kind)) await install(kind)
  })
}

/** Installs the packages of a package inside the project, on the project's Node, for native parts. */
export async function ensureNestedInstalled(folder) {
  if (!existsSync(join(root, folder, 'package.json'))) return
  const file = join(root, folder, 'node_modules/.parley-install.json')
  const wanted = JSON.stringify({ lock: hashOf([`${folder}/package-lock.json`]), kind: 'all' })
  if (readIfThere(file) === wanted) return
  const path = [dirname(node), machinePath()].join(delimiter)
  await alone(async () => {
    say(`Installing ${folder}…`)
    await npm(['ci', '--include=dev'], { cwd: join(root, folder), path })
    writeFileSync(file, wanted)
  })
}

function isInstalled(kind) {
  const found = readMarker()
  const enough = found?.kind === 'all' || found?.kind === kind
  return enough && found.lock === lockHash() && existsSync(node)
}

async function install(kind) {
  const found = readMarker()
  const lock = lockHash()
  const wanted = found?.kind === 'all' || existsSync(join(modules, 'vitest')) ? 'all' : kind
  const grows = found?.lock === lock && existsSync(node)
  refuseUnderRunning(grows)
  say(wanted === 'all' ? 'Installing packages, those for tests too…' : 'Installing packages…')
  rmSync(marker, { force: true })
  if (!grows) rmSync(hiddenLock, { force: true })
  // What is there already stays in place when only packages are added: a Parley may be running on it.
  const command = grows ? ['install', '--no-save'] : ['ci']
  await npm([...command, wanted === 'all' ? '--include=dev' : '--omit=dev'], { cwd: root })
  if (!existsSync(node))
    throw new Stop('npm did not bring Node 24: check that it may run install scripts.')
  mkdirSync(modules, { recursive: true })
  writeFileSync(marker, JSON.stringify({ lock, kind: wanted }))
}

function refuseUnderRunning(grows) {
  const home = resolve(root, process.env.PARLEY_HOME || '.parley')
  const [running] = grows || !existsSync(node) ? [] : holders(home, 'parley')
  if (!running) return
  throw new Stop(
    `Parley (process ${running.pid}) is running from this folder and its packages have to be replaced: stop it first.`,
  )
}

async function npm(args, { cwd, path = machinePath() }) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  const script = process.env.npm_execpath
  const direct = script && /\.c?js$/.test(script)
  const [program, ...first] = direct ? ['node', script] : ['npm']
  const code = await run(program, [...first, ...args, ...quiet], {
    cwd,
    env: { ...process.env, PATH: path },
    stdio: ['ignore', 2, 2],
    shell: !direct && process.platform === 'win32',
  }).catch((error) => {
    throw new Stop(`npm could not be started (${error.message}).`)
  })
  if (code !== 0) throw new Stop(`npm ${args[0]} failed in ${cwd}: its message stands above.`)
}

function lockHash() {
  return `${hashOf(['package-lock.json'])} ${process.platform} ${process.arch}`
}

function readMarker() {
  return parse(readIfThere(marker)) ?? installedByHand()
}

// npm writes its own list of what is there as the last thing, so a developer's `npm install` counts.
function installedByHand() {
  const there = parse(readIfThere(hiddenLock))?.packages
  const wanted = parse(readIfThere(join(root, 'package-lock.json')))?.packages
  if (!there || !wanted) return null
  const lacks = ([path, one]) =>
    path !== '' && !one.optional && there[path]?.version !== one.version
  const lacking = Object.entries(wanted).filter(lacks)
  if (lacking.some(([, one]) => !one.dev)) return null
  return { lock: lockHash(), kind: lacking.length === 0 ? 'all' : 'runtime' }
}

function parse(text) {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null // cut off by a kill: install again
  }
}
