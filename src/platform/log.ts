import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

const secretPaths = [
  'password',
  'token',
  'authorization',
  'cookie',
  'credential',
  'secret',
  '*.password',
  '*.token',
  '*.authorization',
  '*.cookie',
  '*.credential',
  '*.secret',
  'req.headers.authorization',
  'req.headers.cookie',
]

/** JSON lines on stderr-like destination; fields that can hold secrets are removed before they are written. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    redact: { paths: secretPaths, censor: '[removed]' },
    serializers: { err: describeError, error: describeError },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** What an error says and where; not what else hangs on it (a client with its keys, a request). */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack } = error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const cause = error.cause === undefined ? undefined : describeError(error.cause)
  return { type: name, message, code, stack, cause }
}
