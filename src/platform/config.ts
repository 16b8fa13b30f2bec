import { resolve } from 'node:path'
import { z } from 'zod'
import { OperatorError } from './errors.ts'

export const Role = z.enum(['all', 'web', 'worker', 'stream'], 'must be all, web, worker or stream')
export type Role = z.infer<typeof Role>

export type Config = {
  /** Folder of everything this instance keeps on disk, absolute. */
  home: string
  port: number
  /** Address that the server binds to. */
  host: string
  /** Null: the embedded PostgreSQL under `home`. */
  databaseUrl: string | null
  role: Role
  secretKeyFile: string
  /** Address at which browsers reach Parley, without trailing slash. */
  publicUrl: string
  logLevel: string
  practicePort: number
  /** Directory of Bluesky identities for networks that are not the public one; null: the public one. */
  plcUrl: string | null
}

const portRange = 'must be a whole number from 1 to 65535'
const Port = z.coerce.number(portRange).int(portRange).min(1, portRange).max(65535, portRange)

const Environment = z.object({
  PARLEY_HOME: z.string().min(1).default('.parley'),
  PARLEY_PORT: Port.default(4400),
  PARLEY_HOST: z
    .union([z.ipv4(), z.ipv6()], 'must be an IP address of this machine, for example 127.0.0.1')
    .default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  PARLEY_ROLE: Role.default('all'),
  PARLEY_SECRET_KEY_FILE: z.string().min(1).optional(),
  PARLEY_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
    .optional(),
  PARLEY_LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be one of fatal, error, warn, info, debug, trace, silent',
    )
    .default('info'),
  PARLEY_PRACTICE_PORT: Port.default(4401),
  PARLEY_PLC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
    .optional(),
})

/**
 * Reads the environment once. Nothing else in the project does.
 * @throws OperatorError naming the variable and what it should hold
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(given)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new OperatorError(
      `${issue?.path.join('.')}: ${issue?.message}. Correct it and start again.`,
    )
  }
  const env = parsed.data
  const home = resolve(env.PARLEY_HOME)
  return {
    home,
    port: env.PARLEY_PORT,
    host: env.PARLEY_HOST,
    databaseUrl: env.DATABASE_URL ?? null,
    role: env.PARLEY_ROLE,
    secretKeyFile: resolve(env.PARLEY_SECRET_KEY_FILE ?? `${home}/secret.key`),
    publicUrl: (env.PARLEY_PUBLIC_URL ?? `http://127.0.0.1:${env.PARLEY_PORT}`).replace(/\/$/, ''),
    logLevel: env.PARLEY_LOG_LEVEL,
    practicePort: env.PARLEY_PRACTICE_PORT,
    plcUrl: env.PARLEY_PLC_URL ?? null,
  }
}
