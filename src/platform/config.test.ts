import { expect, it } from 'vitest'
import { readConfig } from './config.ts'

it.each([
  ['PARLEY_PORT', '70000', 'must be a whole number from 1 to 65535'],
  ['PARLEY_ROLE', 'sender', 'must be all, web, worker or stream'],
  ['PARLEY_HOST', 'localhost', 'must be an IP address of this machine'],
  ['PARLEY_LOG_LEVEL', 'loud', 'must be one of fatal, error'],
  ['PARLEY_PUBLIC_URL', 'parley.example', 'must be an address that begins with http'],
  ['DATABASE_URL', 'mysql://there', 'must begin with postgres://'],
])('names %s and what it should hold when it is %j', (name, value, remedy) => {
  expect(() => readConfig({ [name]: value })).toThrow(`${name}: ${remedy}`)
})

it('takes an empty variable as one that is not set', () => {
  expect(readConfig({ PARLEY_PORT: '', PARLEY_ROLE: '' })).toMatchObject({
    port: 4400,
    role: 'all',
  })
})
