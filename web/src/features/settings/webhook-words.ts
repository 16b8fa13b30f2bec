import { useLingui } from '@lingui/react/macro'
import type { WebhookEvent } from '../../../../contract/webhooks.ts'

/** What an address can be told of, in a shop owner's words. */
export function useEventWords(): Record<WebhookEvent, string> {
  const { t } = useLingui()
  return {
    'conversation.opened': t`A conversation begins`,
    'message.received': t`A customer writes`,
    'reply.sent': t`A reply stands on the network`,
    'reply.failed': t`A reply could not be sent`,
    'conversation.changed': t`Somebody changes who holds a conversation or how it stands`,
    'page.opened': t`Somebody is called about a conversation`,
    'page.escalated': t`The next person is called`,
    'page.acknowledged': t`Somebody takes a call up`,
  }
}
