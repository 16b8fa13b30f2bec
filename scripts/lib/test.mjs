import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { ensureWebBuilt } from './build-web.mjs'
import { ensureInstalled, ensureNestedInstalled } from './install.mjs'
import { main, node, nodeEnvironment, readIfThere, root, run, Stop } from './project.mjs'
import { browserTools, ensureTools } from './test-tools.mjs'

const usual = ['server', 'practice', 'web', 'e2e']

await main(async () => {
  const args = withProjects(process.argv.slice(2))
  await ensureInstalled('all')
  const slow = runsProject(args, 'networks') || runsProject(args, 'drills')
  const browses = slow || runsProject(args, 'e2e') || runsProject(args, 'stories')
  if (browses) await ensureTools(browserTools)
  if (slow) await ensureNestedInstalled('e2e/bluesky-network')
  await ensureWebBuilt()
  const database = await openDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'parley-test-report-'))
  const report = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  try {
    const code = await run(
      node,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...args],
      {
        env: nodeEnvironment({ TEST_DATABASE_URL: database.url }),
      },
    )
    const counts = countsOf(readIfThere(report), code)
    await database.close()
    const again = counts.again.map((name) => `PASSED ONLY AT THE SECOND TRY ${name}\n`).join('')
    const names = counts.names.map((name) => `FAILED ${name}\n`).join('')
    process.stdout.write(`\n${again}${names}${counts.text}\n`)
    return counts.failed > 0 && code === 0 ? 1 : code
  } finally {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

/** What a newcomer waits for, unless projects are named. */
function withProjects(args) {
  if (namedProjects(args).length > 0) return args
  return [...usual.flatMap((name) => ['--project', name]), ...args]
}

/** Whether the arguments for vitest leave a project in. */
function runsProject(args, name) {
  return namedProjects(args).some((value) => value === name || /[*!]/.test(value))
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

/** What vitest's report counts; a file that could not even be read by it counts as one failure. */
function countsOf(text, code) {
  const report = text ? JSON.parse(text) : null
  const passed = report?.numPassedTests ?? 0
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0)
  const broken = (report?.testResults ?? []).filter(
    (file) =>
      file.status === 'failed' &&
      !file.assertionResults.some((result) => result.status === 'failed'),
  )
  const counted = (report?.numFailedTests ?? 0) + broken.length
  const failed = counted === 0 && code !== 0 ? 1 : counted
  const tail = skipped > 0 ? `, ${skipped} skipped` : ''
  const names = (report?.testResults ?? []).flatMap((file) => {
    const tests = file.assertionResults.filter((result) => result.status === 'failed')
    if (tests.length === 0) return file.status === 'failed' ? [relative(root, file.name)] : []
    return tests.map((test) => `${relative(root, file.name)}: ${test.fullName}`)
  })
  // What passed and has a failure to tell of failed at first.
  const again = (report?.testResults ?? []).flatMap((file) =>
    file.assertionResults
      .filter((result) => result.status === 'passed' && result.failureMessages.length > 0)
      .map((result) => `${relative(root, file.name)}: ${result.fullName}`),
  )
  return { failed, names, again, text: `${passed} passed, ${failed} failed${tail}` }
}
