import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run, Stop, say } from './project.mjs'

const browsers = ['chromium', 'chromium-browser', 'google-chrome']

/** What the browser tests, the Bluesky network and the mailbox need from the machine. */
export const browserTools = [
  { anyOf: browsers, debian: 'chromium', name: 'Chromium' },
  { anyOf: ['redis-server'], debian: 'redis-server', name: 'Redis' },
  { anyOf: ['dovecot'], debian: 'dovecot-imapd', name: 'Dovecot' },
]

/**
 * Installs the tools that are missing with apt, on Debian as root.
 * Elsewhere ends with one line that says what to install.
 */
export async function ensureTools(tools) {
  const missing = tools.filter((tool) => !tool.anyOf.some(isOnPath))
  if (missing.length === 0) return
  const names = missing.map((tool) => tool.name).join(' and ')
  const packages = missing.map((tool) => tool.debian)
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    throw new Stop(
      `The tests need ${names}: install them (on Debian: sudo apt-get install ${packages.join(' ')}) and try again.`,
    )
  }
  say(`Installing ${names}…`)
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 2],
  }
  const apt = (args) => run('apt-get', args, options)
  const install = ['install', '-y', '-q', '--no-install-recommends', ...packages]
  if ((await apt(['update', '-q'])) !== 0 || (await apt(install)) !== 0) {
    throw new Stop(`apt-get could not install ${packages.join(' ')}: its message stands above.`)
  }
}

function isOnPath(program) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, program)))
}
