import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { filesUnder, main, node, nodeEnvironment, root, run, say } from './project.mjs'

const sources = ['src', 'contract', 'practice', 'web/src', 'bench', 'e2e', 'test']
const lineLimit = 400

/** Every step runs, whatever the others say; each answers what is wrong, in lines, or nothing. */
const steps = [
  ['format and lint', biome],
  ['types', types],
  ['boundaries', boundaries],
  ['file length', fileLength],
]

await main(async () => {
  await ensureInstalled('all')
  const failed = []
  for (const [name, step] of steps) {
    const begun = Date.now()
    const problems = await step()
    const seconds = ((Date.now() - begun) / 1000).toFixed(1)
    say(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
    for (const problem of problems) say(`       ${problem}`)
    if (problems.length > 0) failed.push(name)
  }
  say(failed.length === 0 ? 'check passed' : `check failed: ${failed.join(', ')}`)
  return failed.length === 0 ? 0 : 1
})

async function biome() {
  const colors = `--colors=${process.stderr.isTTY ? 'force' : 'off'}`
  const code = await run(
    node,
    [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'ci', '.', colors],
    {
      stdio: ['ignore', 2, 2],
      env: nodeEnvironment(),
    },
  )
  return code === 0
    ? []
    : ['biome names the places above; `npx biome check --write` mends most of them']
}

async function types() {
  const projects = ['tsconfig.json', 'web/tsconfig.json'].filter((file) =>
    existsSync(join(root, file)),
  )
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const problems = []
  for (const project of projects) {
    const { code, output } = await capture([tsc, '--noEmit', '--pretty', 'false', '-p', project])
    if (code !== 0) problems.push(...output.trim().split('\n'))
  }
  return problems
}

// JSON output exits 0 whatever was found, and a missing parser cruises nothing and reports success.
async function boundaries() {
  const folders = sources.filter((folder) => existsSync(join(root, folder)))
  const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const flags = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json']
  const { code, output, errors } = await capture([depcruise, ...flags, ...folders])
  if (code !== 0) return [errors.trim() || `dependency-cruiser ended with ${code}`]
  const { modules, summary } = JSON.parse(output)
  const own = modules.filter((module) => !module.source.includes('node_modules')).length
  const problems = summary.violations
    .filter(({ rule }) => rule.severity === 'error')
    .map(
      ({ rule, from, to, comment }) =>
        `${rule.name}: ${from} -> ${to}${comment ? ` (${comment})` : ''}`,
    )
  if (problems.length === 0 && summary.error > 0) problems.push(`${summary.error} violations`)
  if (own <= 50)
    problems.push(`only ${own} modules were looked at: the cruiser does not see the code`)
  return problems
}

function fileLength() {
  const skipped =
    /(^|\/)(node_modules|dist|dist-next|dist-old|data|fixtures|recorded)(\/|$)|[.]gen[.]ts$/
  const skip = (path) => skipped.test(relative(root, path).split(sep).join('/'))
  return ['src', 'contract', 'practice', 'web', 'bench', 'e2e', 'test', 'scripts']
    .flatMap((folder) => filesUnder(join(root, folder), skip))
    .filter((file) => /[.]tsx?$/.test(file))
    .map((file) => ({
      file: relative(root, file),
      lines: readFileSync(file, 'utf8').split('\n').length - 1,
    }))
    .filter(({ lines }) => lines > lineLimit)
    .map(
      ({ file, lines }) =>
        `${file} has ${lines} lines, over ${lineLimit}: split it by reason to change`,
    )
}

function capture(args) {
  const child = spawn(node, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: nodeEnvironment(),
  })
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    output += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    errors += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output, errors }))
  })
}
