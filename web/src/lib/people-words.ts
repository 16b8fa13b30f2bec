import { useLingui } from '@lingui/react/macro'
import type { MergeReason, WinBackState } from '../../../contract/people.ts'

/** How it stands after a complaint. */
export function useWinBackWords(): Record<WinBackState, string> {
  const { t } = useLingui()
  return {
    unhappy: t`Unhappy`,
    answered: t`Answered after a complaint`,
    mended: t`Mended`,
    'came-back': t`Came back`,
    mistaken: t`No complaint after all`,
  }
}

export const winBackTones = {
  unhappy: 'late',
  answered: 'soon',
  mended: 'accent',
  'came-back': 'ok',
  mistaken: 'plain',
} as const

/** Why two records may be one person. */
export function useReasonWords(): Record<MergeReason, string> {
  const { t } = useLingui()
  return {
    'same-verified-email': t`the same e-mail address, proven on both sides`,
    'same-email': t`the same e-mail address`,
    'same-handle': t`the same handle on two networks`,
    'same-name': t`the same name`,
    'same-language': t`the same language`,
    'same-tag': t`the same tag`,
  }
}
