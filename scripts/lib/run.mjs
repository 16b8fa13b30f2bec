import { resolve } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { main, node, nodeEnvironment, root, run, Stop } from './project.mjs'

await main(async () => {
  const [file, ...args] = process.argv.slice(2)
  if (!file) throw new Stop('Usage: node scripts/run.mjs FILE [arguments]')
  await ensureInstalled('runtime')
  const flags = ['--disable-warning=ExperimentalWarning', resolve(root, file)]
  return run(node, [...flags, ...args], { env: nodeEnvironment() })
})
