import { describeConnector } from '../suite.ts'
import { startEmulatedWorld } from './emulator.world.ts'
import { telegram } from './telegram.ts'

describeConnector({
  connector: telegram,
  on: 'an emulator of the Bot API',
  world: startEmulatedWorld,
})
