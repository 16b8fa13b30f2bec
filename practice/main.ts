import { parseArgs } from 'node:util'
import { startPracticeNetwork } from './server.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4401' },
    data: { type: 'string' },
    pace: { type: 'string', default: '1' },
    quiet: { type: 'boolean', default: false },
    'no-welcome': { type: 'boolean', default: false },
    /** End when standard input ends: with the program that started it, however that came. */
    follow: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help || values.data === undefined) {
  console.log(
    'node practice/main.ts --data DIR [--port 4401] [--pace 1] [--no-welcome] [--quiet] [--follow]\n' +
      'A town of scripted customers that speaks the Mastodon API on 127.0.0.1.',
  )
  process.exit(values.help ? 0 : 2)
}

try {
  const practice = await startPracticeNetwork({
    port: Number(values.port),
    dataDir: values.data,
    pace: Number(values.pace),
    welcome: !values['no-welcome'],
    log: (message, facts) => {
      if (!values.quiet) console.error(JSON.stringify({ message, ...facts }))
    },
  })
  const { url, account, token } = practice
  console.log(JSON.stringify({ ready: true, url, account, token }))
  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    // Waiting for its end would keep this process alive.
    process.stdin.destroy()
    void practice.close()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end)
  if (values.follow) process.stdin.resume().once('close', end)
} catch (error) {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  const why = taken ? `port ${values.port} is taken by another program` : String(error)
  console.error(`The practice network could not start: ${why}.`)
  process.exitCode = 1
}
