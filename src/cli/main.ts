import { readConfig } from '../platform/config.ts'
import { commands } from './commands.ts'
import { runCommand } from './run-command.ts'

process.exitCode = await runCommand(commands, process.argv.slice(2), {
  config: readConfig,
  stdin: process.stdin,
  stdout: (text) => console.log(text),
  stderr: (text) => console.error(text),
})
