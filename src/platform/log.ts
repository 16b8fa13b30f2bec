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
  const options = { level, redact: { paths: secretPaths, censor: '[removed]' } }
  return destination ? pino(options, destination) : pino(options)
}
