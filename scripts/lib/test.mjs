import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureWebBuilt } from './build-web.mjs'
import { ensureInstalled, ensureNestedInstalled } from './install.mjs'
import { main, node, nodeEnvironment, readIfThere, root, run, Stop } from './project.mjs'
import { countsOf, failedFiles } from './test-report.mjs'
import { browserTools, ensureTools } from './test-tools.mjs'

const usual = ['server', 'practice', 'web', 'e2e']
const mostTriedAgain = 3

await main(async () => {
  const given = process.argv.slice(2)
  const wholeRun = namesOnlyProjects(given)
  const args = withProjects(given)
  await ensureInstalled('all')
  const slow = runsProject(args, 'networks') || runsProject(args, 'drills')
  const browses = slow || runsProject(args, 'e2e') || runsProject(args, 'stories')
  if (browses) await ensureTools(browserTools)
  if (slow) await ensureNestedInstalled('e2e/bluesky-network')
  await ensureWebBuilt()
  const database = await openDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'parley-test-report-'))
  const vitest = async (name, given) => {
    const file = join(folder, name)
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const program = join(root, 'node_modules/vitest/vitest.mjs')
    const env = nodeEnvironment({ TEST_DATABASE_URL: database.url })
    const code = await run(node, [program, 'run', ...reporters, ...given], { env })
    const text = readIfThere(file)
    return { code, report: text ? JSON.parse(text) : null }
  }
  try {
    const first = await vitest('first.json', args)
    const doubtful = wholeRun ? failedFiles(first.report).filter(mayTryAgain) : []
    const second =
      doubtful.length > 0 && doubtful.length <= mostTriedAgain
        ? await vitest('second.json', [...args, ...doubtful])
        : null
    await database.close()
    const counts = countsOf(first.report, second?.report, (second ?? first).code)
    const again = counts.again.map((name) => `PASSED ONLY AT THE SECOND TRY ${name}\n`).join('')
    const names = counts.names.map((name) => `FAILED ${name}\n`).join('')
    process.stdout.write(`\n${again}${names}${counts.text}\n`)
    return counts.failed > 0 ? 1 : 0
  } finally {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

/**
 * A database, a browser and whole networks share two cores with the program: a file that failed is run once more
 * from its start, since tests may build on each other, and that is told by name at the end. Those that kill have
 * one try. Many failures are no accident.
 */
function mayTryAgain(file) {
  return !file.endsWith('.drill.ts')
}

/** What a newcomer waits for, unless projects are named. */
function withProjects(args) {
  if (namedProjects(args).length > 0) return args
  return [...usual.flatMap((name) => ['--project', name]), ...args]
}

/** Whether the arguments for vitest leave a project in. */
function runsProject(args, name) {
  return namedProjects(args).some((value) => value === name || /[*!]/.test(value))
}

/** Whether nothing was asked for but projects: no file, no name of a test. */
function namesOnlyProjects(args) {
  return args.every((arg, at) => arg.startsWith('--project') || args[at - 1] === '--project')
}

function namedProjects(args) {
  return args.flatMap((arg, at) => {
    if (arg === '--project') return args[at + 1] ?? []
    return arg.startsWith('--project=') ? arg.slice('--project='.length) : []
  })
}

async function openDatabase() {
  const given = process.env.TEST_DATABASE_URL
  if (given) return { url: given, close: async () => {} }
  const program = join(root, 'scripts/lib/test-database.mjs')
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', program], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  const first = await Promise.race([once(child.stdout, 'data'), ended.then(() => null)])
  if (first === null) throw new Stop('The database for the tests did not start.')
  const close = async () => {
    child.stdin.end()
    await ended
  }
  return { url: String(first[0]).trim(), close }
}
