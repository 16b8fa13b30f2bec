import { Writable } from 'node:stream'
import { createLog, type Log } from '../src/platform/log.ts'

export type TestLog = {
  log: Log
  /** Everything that was logged, as it was written. */
  text(): string
  /** Lines at level error or worse. */
  errors(): string[]
}

/** A log that keeps what is written, so that a test can look for what must not be there. */
export function createTestLog(): TestLog {
  const lines: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  return {
    log: createLog('trace', sink),
    text: () => lines.join(''),
    errors: () => lines.filter((line) => /"level":(50|60)\b/.test(line)),
  }
}
