import { KeyringError } from '../platform/crypto.ts'
import { AppError, type ErrorCode, messageOf, OperatorError } from '../platform/errors.ts'
import {
  type Command,
  CommandError,
  type ExitCode,
  exitCodes,
  type Surroundings,
} from './command.ts'
import { renderHelp, renderOverview } from './help.ts'

export type Output = { stdout(text: string): void; stderr(text: string): void }

/**
 * Runs one command line to its end.
 * @returns the exit status; whatever went wrong has been said in a sentence on stderr
 */
export async function runCommand(
  commands: readonly Command[],
  args: readonly string[],
  { stdout, stderr, ...surroundings }: Omit<Surroundings, 'note'> & Output,
): Promise<ExitCode> {
  try {
    const command = findCommand(commands, args)
    if (
      !command ||
      (args.includes('--help') && !args.slice(0, args.indexOf('--help')).includes('--'))
    ) {
      stdout(command ? renderHelp(command) : renderOverview(commands))
      return exitCodes.done
    }
    const rest = args.slice(command.words.length)
    const answer = await command.execute(rest, { ...surroundings, note: stderr })
    stdout(args.includes('--json') ? JSON.stringify(answer.json) : answer.text)
    return answer.exitCode ?? exitCodes.done
  } catch (error) {
    stderr(sentenceOf(error))
    return exitCodeOf(error)
  }
}

function findCommand(commands: readonly Command[], args: readonly string[]): Command | null {
  const found = commands.find(({ words }) => words.every((word, at) => args[at] === word))
  if (found) return found
  const words = args.filter((word) => !word.startsWith('-'))
  if (words.length === 0 && (args.length === 0 || args[0] === '--help')) return null
  const said = words.length > 0 ? words.slice(0, 3).join(' ') : args[0]
  const near = commands.filter((command) => command.words[0] === words[0])
  const known = near.map((command) => `parley ${command.words.join(' ')}`).join(', ')
  throw new CommandError(
    exitCodes.usage,
    `There is no command "${said}". ${known ? `There are: ${known}` : 'See: parley --help'}`,
  )
}

function sentenceOf(error: unknown): string {
  if (error instanceof AppError && error.fields.length > 0)
    return [
      error.message,
      ...error.fields.map(({ field, message }) => `${field}: ${message}`),
    ].join('\n')
  const known = [AppError, OperatorError, KeyringError].some((kind) => error instanceof kind)
  return known ? messageOf(error) : `It failed unexpectedly: ${messageOf(error)}`
}

const codes: Partial<Record<ErrorCode, ExitCode>> = {
  'bad-input': exitCodes.usage,
  unavailable: exitCodes.failed,
  'too-many': exitCodes.failed,
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode
  if (error instanceof KeyringError) return exitCodes.keyFile
  if (error instanceof AppError) return codes[error.code] ?? exitCodes.refused
  return exitCodes.failed
}
