import { discord } from '../src/connectors/discord/discord.ts'
import { describeConnector } from '../src/connectors/suite.ts'
import { startDiscordWorld } from './discord-emulator/world.ts'

describeConnector({ connector: discord, on: 'the emulator', world: startDiscordWorld })
