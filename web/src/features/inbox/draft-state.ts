import type { Draft } from '../../../../contract/conversations.ts'

/**
 * A draft while it is written. `kept` is what the server is known to have; `saving` what is on its way.
 * Written by the pure functions here; the hook only carries out what they ask for.
 */
export type DraftState = {
  /** What an answer here begins with. */
  blank: Draft
  current: Draft
  kept: Draft
  saving: Draft | null
  failed: boolean
  /** Something was written here: from then on this page has the newest text, whatever an older answer says. */
  touched: boolean
}

/** An answer to something behind a content warning begins behind the same one. */
export function blankDraft(contentWarning: string | null): Draft {
  return { text: '', media: [], contentWarning }
}

export function beginDraft(server: Draft | null, blank: Draft): DraftState {
  const current = server ?? blank
  return { blank, current, kept: current, saving: null, failed: false, touched: false }
}

export type DraftEvent =
  | { kind: 'written'; draft: Draft }
  | { kind: 'saving' }
  | { kind: 'saved' }
  | { kind: 'not-saved' }
  /** The server has another text (written on another device): taken over until something is written here. */
  | { kind: 'server'; draft: Draft | null }
  /** The reply was accepted: both sides begin anew. */
  | { kind: 'sent' }

export function nextDraft(state: DraftState, event: DraftEvent): DraftState {
  switch (event.kind) {
    case 'written':
      return { ...state, current: event.draft, failed: false, touched: true }
    case 'saving':
      return { ...state, saving: state.current }
    case 'saved':
      return state.saving ? { ...state, kept: state.saving, saving: null, failed: false } : state
    case 'not-saved':
      return { ...state, saving: null, failed: true }
    case 'server':
      return state.touched ? state : beginDraft(event.draft, state.blank)
    case 'sent':
      return { ...beginDraft(null, state.blank), touched: true }
  }
}

/** True while the server does not have what is on the screen. */
export function isDirty(state: DraftState): boolean {
  return !sameDraft(state.current, state.kept)
}

export function sameDraft(a: Draft, b: Draft): boolean {
  return (
    a.text === b.text &&
    a.contentWarning === b.contentWarning &&
    a.media.length === b.media.length &&
    a.media.every(
      (media, index) => media.id === b.media[index]?.id && media.alt === b.media[index]?.alt,
    )
  )
}
