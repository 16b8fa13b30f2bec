import { describe, expect, it } from 'vitest'
import type { MessageKind } from '../../../contract/understanding.ts'
import { kindOf } from './kind-of.ts'

const said = (kind: MessageKind | null, deletedAt: string | null = null) => ({
  reading: { kind, feeling: null, correctedBy: null },
  deletedAt,
})

describe('kindOf', () => {
  it('is the newest that says something, whatever small talk follows it', () => {
    expect(kindOf([said('praise'), said('complaint'), said('other'), said(null)])).toBe('complaint')
  })
  it('looks neither at our words nor at what was taken back', () => {
    const ours = { reading: null, deletedAt: null }
    expect(kindOf([said('question'), said('complaint', '2026-11-22T09:00:00.000Z'), ours])).toBe(
      'question',
    )
    expect(kindOf([ours])).toBeNull()
  })
})
