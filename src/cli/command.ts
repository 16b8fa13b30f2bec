import { parseArgs } from 'node:util'
import type { z } from 'zod'
import type { Config } from '../platform/config.ts'
import { messageOf, OperatorError } from '../platform/errors.ts'

/** What the exit status of a command means. Scripts rely on these numbers. */
export const exitCodes = {
  done: 0,
  /** It failed, or a check found something wrong. */
  failed: 1,
  /** The command line is wrong; nothing was done. */
  usage: 2,
  /** The database cannot be reached, or cannot serve. */
  database: 3,
  /** Parley or a network refused; the sentence says why. Nothing was changed. */
  refused: 4,
  /** The key file is missing, readable by others, or not the right one. */
  keyFile: 5,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** A sentence for the operator, with the exit status that goes with it. */
export class CommandError extends OperatorError {
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** What a command leaves: `json` on stdout with `--json`, otherwise `text`. */
export type Answer = { json: unknown; text: string; exitCode?: ExitCode }

export type Surroundings = {
  /** Read only when a command runs, so that `--help` works whatever the environment holds. */
  config(): Config
  stdin: NodeJS.ReadableStream
  /** A remark for the person at the terminal, on stderr. */
  note(text: string): void
}

/** `hint` names the value in the help; an option without it is a switch. */
export type OptionHelp = { help: string; hint?: string }

type Definition<Input extends z.ZodObject> = {
  /** The words that call it: `['channel', 'connect', 'bluesky']`. */
  words: readonly string[]
  summary: string
  /** More for `--help`. */
  details?: string
  /** Names of positional arguments; they arrive in the input under these names. */
  positionals?: Readonly<Record<string, string>>
  options?: Readonly<Record<string, OptionHelp>>
  /** Parses options and positionals, named as on the command line. */
  input: Input
  run(input: z.infer<Input>, surroundings: Surroundings): Promise<Answer>
}

export type Command = Pick<
  Definition<z.ZodObject>,
  'words' | 'summary' | 'details' | 'positionals' | 'options'
> & { execute(args: readonly string[], surroundings: Surroundings): Promise<Answer> }

/** Makes a command out of its description; `args` are what follows its words. */
export function defineCommand<Input extends z.ZodObject>(definition: Definition<Input>): Command {
  return {
    ...definition,
    async execute(args, surroundings) {
      const parsed = definition.input.safeParse(readArguments(definition, args))
      if (!parsed.success) throw usage(definition, describeIssue(parsed.error, definition))
      return definition.run(parsed.data, surroundings)
    },
  }
}

type Shape = Pick<Definition<z.ZodObject>, 'words' | 'positionals' | 'options'>

function readArguments(shape: Shape, args: readonly string[]): Record<string, unknown> {
  const options = Object.entries(shape.options ?? {}).map(
    ([name, { hint }]) =>
      [name, { type: hint ? ('string' as const) : ('boolean' as const) }] as const,
  )
  const names = Object.keys(shape.positionals ?? {})
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries([...options, ['json', { type: 'boolean' as const }]]),
      allowPositionals: true,
    })
    const extra = positionals[names.length]
    if (extra !== undefined) throw usage(shape, `"${extra}" is one word too many`)
    const { json: _json, ...given } = values
    return { ...given, ...Object.fromEntries(names.map((name, at) => [name, positionals[at]])) }
  } catch (error) {
    if (error instanceof CommandError) throw error
    // node's sentence names the option; what follows its first full stop is advice for other programs.
    throw usage(shape, messageOf(error).split(/[.] /)[0] ?? '')
  }
}

function describeIssue(error: z.ZodError, shape: Shape): string {
  const issue = error.issues[0]
  const name = String(issue?.path[0] ?? '')
  const shown = name in (shape.positionals ?? {}) ? name.toUpperCase() : `--${name}`
  const missing = issue?.code === 'invalid_type' && issue.message.includes('undefined')
  return missing ? `${shown} is missing` : `${shown}: ${issue?.message}`
}

function usage(shape: Shape, problem: string): CommandError {
  return new CommandError(
    exitCodes.usage,
    `${problem.replace(/[.]$/, '')}. See: parley ${shape.words.join(' ')} --help`,
  )
}

/** Everything on stdin as one secret, without the line end that `echo` adds. */
export async function readSecret(stdin: NodeJS.ReadableStream, what: string): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk))
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
  if (text === '')
    throw new CommandError(exitCodes.usage, `No ${what} came on standard input. Pipe it in.`)
  return text
}
