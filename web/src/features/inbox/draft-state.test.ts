import { describe, expect, it } from 'vitest'
import { MediaId } from '../../../../contract/ids.ts'
import { beginDraft, blankDraft, type DraftEvent, isDirty, nextDraft } from './draft-state.ts'

const draft = (text: string) => ({ text, media: [], contentWarning: null })
const play = (...events: DraftEvent[]) =>
  events.reduce(nextDraft, beginDraft(draft('hello'), blankDraft(null)))

describe('nextDraft', () => {
  it('is dirty from the first letter until the server has it', () => {
    expect(isDirty(play({ kind: 'written', draft: draft('hello!') }))).toBe(true)
    expect(
      isDirty(
        play({ kind: 'written', draft: draft('hello!') }, { kind: 'saving' }, { kind: 'saved' }),
      ),
    ).toBe(false)
  })
  it('stays dirty when something was written while an older text was on its way', () => {
    const state = play(
      { kind: 'written', draft: draft('a') },
      { kind: 'saving' },
      { kind: 'written', draft: draft('ab') },
      { kind: 'saved' },
    )
    expect(state.kept.text).toBe('a')
    expect(isDirty(state)).toBe(true)
  })
  it('remembers that keeping it failed, until the next letter', () => {
    const failed = play(
      { kind: 'written', draft: draft('a') },
      { kind: 'saving' },
      { kind: 'not-saved' },
    )
    expect(failed.failed).toBe(true)
    expect(isDirty(failed)).toBe(true)
    expect(nextDraft(failed, { kind: 'written', draft: draft('ab') }).failed).toBe(false)
  })
  it('takes the server’s text until something is written here', () => {
    const untouched = play({ kind: 'server', draft: draft('from the phone') })
    expect(untouched.current.text).toBe('from the phone')
    expect(isDirty(untouched)).toBe(false)
  })
  it('never lets an older answer of the server undo what was written, kept or not', () => {
    const written: DraftEvent = { kind: 'written', draft: draft('mine') }
    const late: DraftEvent = { kind: 'server', draft: draft('hello') }
    expect(play(written, late).current.text).toBe('mine')
    expect(play(written, { kind: 'saving' }, { kind: 'saved' }, late).current.text).toBe('mine')
    expect(play(written, { kind: 'sent' }, late).current.text).toBe('')
  })
  it('begins anew once the reply was accepted', () => {
    const sent = play({ kind: 'written', draft: draft('bye') }, { kind: 'sent' })
    expect(sent.current.text).toBe('')
    expect(isDirty(sent)).toBe(false)
  })
  it('sees a changed description of a picture', () => {
    const id = MediaId.parse('0193a000-0000-7000-8000-000000000001')
    const before = beginDraft({ ...draft(''), media: [{ id, alt: '' }] }, blankDraft(null))
    const after = nextDraft(before, {
      kind: 'written',
      draft: { ...draft(''), media: [{ id, alt: 'A blue cup' }] },
    })
    expect(isDirty(after)).toBe(true)
  })
  it('keeps the content warning, and begins the next answer behind the customer’s own', () => {
    const begun = beginDraft(null, blankDraft('Spoilers'))
    expect(isDirty(begun)).toBe(false)
    const bare = nextDraft(begun, { kind: 'written', draft: draft('It ends well.') })
    expect(isDirty(bare)).toBe(true)
    expect(bare.current.contentWarning).toBeNull()
    expect(nextDraft(bare, { kind: 'sent' }).current.contentWarning).toBe('Spoilers')
  })
})
