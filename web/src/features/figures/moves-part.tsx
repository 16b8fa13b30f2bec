import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Download } from 'lucide-react'
import type { MoveFigures } from '../../../../contract/figures.ts'
import type { FiguresSearch } from '../../lib/figures-search.ts'
import { useReasonWords } from '../../lib/reason-words.ts'
import { buttonLook } from '../../ui/button.tsx'
import { Card } from '../../ui/page.tsx'
import { RowsLink } from './headline.tsx'
import { csvAddress } from './queries.ts'

/** How often customers were asked to go on in private, why, and how many did. */
export function MovesPart({ moves, search }: { moves: MoveFigures; search: FiguresSearch }) {
  const { t } = useLingui()
  const finding = useFinding()
  if (moves.moves === 0)
    return (
      <Card className="flex flex-col gap-1 p-4">
        <h2 className="text-base font-semibold">
          <Trans>Nobody was moved to private</Trans>
        </h2>
        <p className="text-xs text-text-3">
          <Trans>
            In these days no customer was asked to go on in private. It is done from a public
            conversation, with a reason, when something must not be said before others.
          </Trans>
        </p>
      </Card>
    )
  return (
    <Card className="flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="flex min-w-0 flex-1 basis-60 flex-col gap-1">
          <h2 className="text-base font-semibold">{finding(moves)}</h2>
          <p className="text-xs text-text-3">
            <Trans>
              Customers who were asked to go on in private, by the reason that was given. Counted
              once the reply stands on the network.
            </Trans>
          </p>
        </div>
        <a
          href={csvAddress(search, 'reasons')}
          download="parley-reasons.csv"
          className={buttonLook('plain', 'sm')}
        >
          <Download size={14} aria-hidden />
          <Trans>Download CSV</Trans>
        </a>
      </div>
      <ReasonTable name={t`Moves to private by reason`} moves={moves} search={search} />
    </Card>
  )
}

/** "Most often moved to private: Health (3 of 4)"; how many there were when no reason stands out. */
function useFinding(): (moves: MoveFigures) => string {
  const { t } = useLingui()
  const reasons = useReasonWords()
  return ({ moves: all, reasons: [first, second] }) => {
    if (!first || !second || first.moves === second.moves)
      return plural(all, { one: '# move to private', other: '# moves to private' })
    const [reason, count] = [reasons[first.reason], first.moves]
    return t`Most often moved to private: ${reason} (${count} of ${all})`
  }
}

function ReasonTable({
  name,
  moves,
  search,
}: {
  name: string
  moves: MoveFigures
  search: FiguresSearch
}) {
  const { t } = useLingui()
  const reasons = useReasonWords()
  const lines = [
    ...moves.reasons.map((one) => ({ ...one, name: reasons[one.reason] })),
    { ...moves, reason: undefined, name: t`All` },
  ]
  const cell = 'px-2 py-2 text-right whitespace-nowrap'
  return (
    <table aria-label={name} className="w-full text-sm">
      <thead className="text-xs text-text-3">
        <tr className="border-b border-line">
          <th scope="col" className="py-2 pr-2 text-left font-medium">{t`Reason`}</th>
          <th scope="col" className="px-2 py-2 text-right font-medium">{t`Moved`}</th>
          <th scope="col" className="px-2 py-2 text-right font-medium">{t`Went on there`}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ reason, name: line, moves: count, wentOn }) => (
          <tr key={line} className="border-b border-line last:border-b-0">
            <th scope="row" className="py-2 pr-2 text-left font-medium">
              {line}
            </th>
            <td className={cell}>
              <RowsLink search={search} rows="moves" part={{ reason }}>
                {count}
              </RowsLink>
            </td>
            <td className={cell}>
              {wentOn === 0 ? (
                0
              ) : (
                <RowsLink search={search} rows="moves" part={{ reason, went: 'true' }}>
                  {wentOn}
                </RowsLink>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
