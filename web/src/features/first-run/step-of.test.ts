import { describe, expect, it } from 'vitest'
import { stepOf } from './step-of.ts'

describe('stepOf', () => {
  it('leads from the owner to the inbox in the order in which the server can take it', () => {
    expect(stepOf({ stage: 'set-up', setupLeft: [] })).toBe('owner')
    expect(stepOf({ stage: 'enrol', setupLeft: [] })).toBe('factor')
    expect(stepOf({ stage: 'ready', setupLeft: ['business', 'channel'] })).toBe('hours')
    expect(stepOf({ stage: 'ready', setupLeft: ['channel'] })).toBe('channel')
    expect(stepOf({ stage: 'ready', setupLeft: [] })).toBe('inbox')
  })
  it('asks for signing in where the browser was closed on the way', () => {
    expect(stepOf({ stage: 'sign-in', setupLeft: [] })).toBe('sign-in')
  })
})
