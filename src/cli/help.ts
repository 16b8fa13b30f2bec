import type { Command } from './command.ts'

/** `parley --help`: every command with its line. */
export function renderOverview(commands: readonly Command[]): string {
  const lines = commands.map((command) => [callOf(command), command.summary] as const)
  return [
    'Usage: parley COMMAND [options]',
    '',
    ...columns(lines),
    '',
    'Every command has --help, and --json for scripts.',
    'Exit status: 0 done, 1 failed or a check found something, 2 wrong usage,',
    '3 database not reachable, 4 refused (nothing changed), 5 key file not usable.',
  ].join('\n')
}

/** `parley WORDS --help`. */
export function renderHelp(command: Command): string {
  const options: (readonly [string, string])[] = Object.entries(command.options ?? {}).map(
    ([name, { help, hint }]) => [`--${name}${hint ? ` ${hint}` : ''}`, help],
  )
  options.push(['--json', 'Answer in JSON'], ['--help', 'Show this'])
  const positionals = Object.entries(command.positionals ?? {}).map(
    ([name, help]) => [name.toUpperCase(), help] as const,
  )
  return [
    `Usage: parley ${callOf(command)} [options]`,
    '',
    command.summary,
    ...(command.details ? ['', command.details] : []),
    ...(positionals.length > 0 ? ['', ...columns(positionals)] : []),
    '',
    ...columns(options),
  ].join('\n')
}

function callOf({ words, positionals = {} }: Command): string {
  return [...words, ...Object.keys(positionals).map((name) => name.toUpperCase())].join(' ')
}

function columns(lines: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...lines.map(([left]) => left.length)) + 2
  return lines.map(([left, right]) => `  ${left.padEnd(width)}${right}`)
}
