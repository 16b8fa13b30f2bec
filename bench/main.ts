import { figures } from './figures.ts'
import { form } from './form.ts'
import { inbox } from './inbox.ts'
import { ingest } from './ingest.ts'
import { live } from './live.ts'
import { nearCopies } from './near-copies.ts'
import { replyClock } from './reply-clock.ts'
import { understanding } from './understanding.ts'

// npm run bench -- NAME…: runs the workloads named and writes one JSON object a line.

const workloads = new Map([
  ['figures', figures],
  ['form', form],
  ['inbox', inbox],
  ['ingest', ingest],
  ['live', live],
  ['near-copies', nearCopies],
  ['reply-clock', replyClock],
  ['understanding', understanding],
])

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !workloads.has(name))
if (wanted.length === 0 || unknown.length > 0) {
  process.stderr.write(`Usage: npm run bench -- ${[...workloads.keys()].join(' | ')} …\n`)
  process.exitCode = 2
} else {
  let met = true
  for (const name of wanted) met = ((await workloads.get(name)?.()) ?? true) && met
  if (!met) process.exitCode = 1
}
