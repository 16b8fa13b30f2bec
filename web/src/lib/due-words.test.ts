import { describe, expect, it } from 'vitest'
import { agoWords, dueWords } from './due-words.ts'

const now = Date.parse('2026-11-22T10:00:00Z')
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString()

describe('dueWords', () => {
  it('is calm while more than an hour is left', () => {
    expect(dueWords(at(61), now)).toEqual({ tone: 'calm', amount: 1, unit: 'h' })
    expect(dueWords(at(60), now)).toEqual({ tone: 'calm', amount: 1, unit: 'h' })
  })
  it('turns soon within the hour', () => {
    expect(dueWords(at(59), now)).toEqual({ tone: 'soon', amount: 59, unit: 'min' })
    expect(dueWords(at(40), now)).toEqual({ tone: 'soon', amount: 40, unit: 'min' })
    expect(dueWords(at(0), now)).toEqual({ tone: 'soon', amount: 0, unit: 'min' })
  })
  it('is late by at least a minute as soon as it is over', () => {
    expect(dueWords(at(-0.01), now)).toEqual({ tone: 'late', amount: 1, unit: 'min' })
    expect(dueWords(at(-125), now)).toEqual({ tone: 'late', amount: 2, unit: 'h' })
  })
  it('counts days from two days on', () => {
    expect(dueWords(at(-47 * 60 - 59), now)).toEqual({ tone: 'late', amount: 47, unit: 'h' })
    expect(dueWords(at(-48 * 60), now)).toEqual({ tone: 'late', amount: 2, unit: 'd' })
  })
  it('never promises more time than is left', () => {
    expect(dueWords(at(119.9), now)).toEqual({ tone: 'calm', amount: 1, unit: 'h' })
  })
})

describe('agoWords', () => {
  it('reads a time in the future (a clock that is ahead) as now', () => {
    expect(agoWords(at(3), now)).toEqual({ amount: 0, unit: 'min' })
  })
  it('rounds down', () => {
    expect(agoWords(at(-89), now)).toEqual({ amount: 1, unit: 'h' })
  })
})
