import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureWebBuilt } from './build-web.mjs'
import { ensureInstalled } from './install.mjs'
import { follow, main, node, nodeEnvironment, readIfThere, root } from './project.mjs'

await main(async () => {
  await ensureInstalled('runtime')
  await ensureWebBuilt()
  const followParent = pathToFileURL(join(root, 'scripts/lib/follow-parent.mjs')).href
  const flags = ['--disable-warning=ExperimentalWarning', '--import', followParent]
  const child = spawn(node, [...flags, 'src/main.ts', ...process.argv.slice(2)], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: nodeEnvironment(),
  })
  stopWithNpm(child)
  return follow(child)
})

// npm hands signals on, but cannot when it is killed: then we, or the shell between us, have a new parent.
function stopWithNpm(child) {
  if (!process.env.npm_lifecycle_event) return
  const above = () => {
    const stat = readIfThere(`/proc/${process.ppid}/stat`) ?? ''
    const [, shell] = /\((?:sh|dash|ash|bash)\) \S (\d+)/.exec(stat) ?? []
    return shell ? `${process.ppid} ${shell}` : String(process.ppid)
  }
  const npm = above()
  setInterval(() => {
    if (above() !== npm) child.kill('SIGTERM')
  }, 250).unref()
}
