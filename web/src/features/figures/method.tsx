import { Trans } from '@lingui/react/macro'

/** How the numbers come about, for whoever wants to check them. */
export function Method({ timeZone }: { timeZone: string }) {
  return (
    <details id="method" className="text-sm text-text-2">
      <summary className="font-medium text-text">
        <Trans>How this is counted</Trans>
      </summary>
      <ul className="mt-2 flex max-w-prose list-disc flex-col gap-1 pl-5">
        <li>
          <Trans>
            A wait begins with the oldest unanswered message of a customer and ends with a person’s
            reply. Automatic replies and replies that came back are no answer. Counted are the waits
            that began in the days chosen, followed up to now.
          </Trans>
        </li>
        <li>
          <Trans>
            Times are estimated by the Kaplan–Meier method: who still waits counts as waiting at
            least so long, and who was closed without an answer counts as never answered. The ranges
            are 95 % confidence intervals with Greenwood’s variance. Where half were not answered,
            the page says “more than”.
          </Trans>
        </li>
        <li>
          <Trans>
            Days and hours are those of {timeZone}, by the clock on the wall. Opening hours are
            those of the calendar that counts for each conversation, as they are set now.
          </Trans>
        </li>
        <li>
          <Trans>
            An unanswered wait counts for whoever holds the conversation. Fewer than 20 waits are
            marked as few. Praise and complaints are not told apart yet: conversations have no such
            labels so far.
          </Trans>
        </li>
        <li>
          <Trans>More is in the guide, on its page “Figures”.</Trans>
        </li>
      </ul>
    </details>
  )
}
