import { useLingui } from '@lingui/react/macro'
import type { MessageKind } from '../../../contract/understanding.ts'

/** What one message is. */
export function useKindWords(): Record<MessageKind, string> {
  const { t } = useLingui()
  return {
    complaint: t`Complaint`,
    praise: t({ message: 'Praise', context: 'one message' }),
    question: t`Question`,
    other: t`No kind`,
  }
}

/** What many messages are: of lists and groups. */
export function useKindsWords(): Record<MessageKind, string> {
  const { t } = useLingui()
  return {
    complaint: t`Complaints`,
    praise: t({ message: 'Praise', context: 'many messages' }),
    question: t`Questions`,
    other: t({ message: 'Other', context: 'many messages' }),
  }
}
