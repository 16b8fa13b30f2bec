import { useLingui } from '@lingui/react/macro'
import type { ConversationState } from '../../../contract/conversations.ts'
import type { MemberRole } from '../../../contract/session.ts'

/** The glossary's names of states. */
export function useStateWords(): Record<ConversationState, string> {
  const { t } = useLingui()
  return {
    new: t`New`,
    open: t`Open`,
    'waiting-customer': t`Waiting for the customer`,
    'waiting-colleague': t`Waiting for a colleague`,
    done: t`Done`,
  }
}

export function useRoleWords(): Record<MemberRole, { name: string; what: string }> {
  const { t } = useLingui()
  return {
    owner: { name: t`Owner`, what: t`Answers for the business and may do everything.` },
    admin: { name: t`Admin`, what: t`Connects accounts and looks after the team.` },
    publisher: { name: t`Publisher`, what: t`Answers customers and may release posts.` },
    responder: { name: t`Responder`, what: t`Answers customers.` },
    contributor: { name: t`Contributor`, what: t`Drafts replies and writes notes; others send.` },
    analyst: { name: t`Analyst`, what: t`Reads, and changes nothing.` },
  }
}
