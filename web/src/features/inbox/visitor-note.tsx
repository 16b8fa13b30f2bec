import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { BadgeCheck, ExternalLink, MailQuestion, MailX } from 'lucide-react'
import type { ConversationId } from '../../../../contract/ids.ts'
import { visitorQuery } from '../../lib/queries/website.ts'
import { Bar } from '../../ui/skeleton.tsx'
import { Ago } from '../../ui/time.tsx'

/** Whether the visitor's address is proven, whether they have looked, and the page as they see it. */
export function VisitorNote({ conversationId }: { conversationId: ConversationId }) {
  const visitor = useQuery(visitorQuery(conversationId))
  if (visitor.isPending) return <Bar className="h-12 w-full rounded-lg" />
  if (!visitor.data) return null
  const { email, emailVerifiedAt, seenAt, page } = visitor.data
  const Icon = email === null ? MailX : emailVerifiedAt ? BadgeCheck : MailQuestion
  return (
    <section className="flex flex-col gap-1.5 rounded-lg border border-line px-3 py-2 text-sm">
      <p className="flex items-start gap-2">
        <Icon size={16} aria-hidden className="mt-0.5 shrink-0 text-text-3" />
        <span>
          {email === null && (
            <Trans>No e-mail address was left: the answer stands on the page only.</Trans>
          )}
          {email !== null && emailVerifiedAt && (
            <Trans>The e-mail address is proven: a link mailed there was opened.</Trans>
          )}
          {email !== null && !emailVerifiedAt && (
            <Trans>The e-mail address is not proven: anybody could have typed it.</Trans>
          )}
        </span>
      </p>
      {seenAt && (
        <p className="text-text-3">
          <Trans>
            Last looked at the page <Ago at={seenAt} />
          </Trans>
        </p>
      )}
      <a
        href={page}
        target="_blank"
        rel="noreferrer"
        className="inline-flex min-h-6 items-center gap-1 font-medium text-accent-text hover:underline"
      >
        <Trans>The page as the visitor sees it</Trans>
        <ExternalLink size={12} aria-hidden />
      </a>
    </section>
  )
}
