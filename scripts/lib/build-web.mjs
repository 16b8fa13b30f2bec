import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alone } from './claims.mjs'
import { hashOf, node, nodeEnvironment, readIfThere, root, run, Stop, say } from './project.mjs'

const web = join(root, 'web')
const dist = join(web, 'dist')
const next = join(web, 'dist-next')
const old = join(web, 'dist-old')

/**
 * Builds the web app when its sources differ from those of the build that is there. It is built aside
 * and then takes its place by renaming; the hash of its sources lies inside, so a build is whole or absent.
 */
export async function ensureWebBuilt() {
  if (!existsSync(join(web, 'vite.config.ts'))) {
    say('There is no web app to build.')
    return
  }
  if (isCurrent()) return
  await alone(async () => {
    if (!isCurrent()) await build()
  })
}

async function build() {
  const inputs = inputHash()
  say('Building the web app…')
  const args = [
    'build',
    web,
    '--config',
    join(web, 'vite.config.ts'),
    '--outDir',
    next,
    '--emptyOutDir',
  ]
  const code = await run(
    node,
    [join(root, 'node_modules/vite/bin/vite.js'), ...args, '--logLevel', 'warn'],
    {
      env: nodeEnvironment({ NODE_ENV: 'production' }),
      stdio: ['ignore', 2, 2],
    },
  )
  if (code !== 0) throw new Stop('The web app could not be built: the message stands above.')
  writeFileSync(join(next, '.inputs'), inputs)
  rmSync(old, { recursive: true, force: true })
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(next, dist)
  rmSync(old, { recursive: true, force: true })
}

function isCurrent() {
  return readIfThere(join(dist, '.inputs')) === inputHash()
}

function inputHash() {
  const outputs = [dist, next, old, join(web, 'node_modules')]
  return hashOf(['web', 'contract', 'package-lock.json'], (path) => outputs.includes(path))
}
