import { useLingui } from '@lingui/react/macro'
import type { Figures } from '../../../../contract/figures.ts'
import type { FiguresSearch } from '../../lib/figures-search.ts'
import { Badge } from '../../ui/messages.tsx'
import { RowsLink } from './headline.tsx'
import { useGroupingWords, useGroupName, usePercent, useQuantileWords } from './words.ts'

/** All numbers of all groups: what the plot shows, for reading and for screen readers. */
export function GroupTable({ figures, search }: { figures: Figures; search: FiguresSearch }) {
  const { t } = useLingui()
  const groupings = useGroupingWords()
  const nameOf = useGroupName()
  const words = useQuantileWords()
  const percent = usePercent()
  const clock = search.clock ?? 'calendar'
  const head = 'px-2 py-2 text-right font-medium whitespace-nowrap'
  const cell = 'px-2 py-2 text-right whitespace-nowrap'
  return (
    <section
      aria-label={t`All groups`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard.
      tabIndex={0}
      className="max-h-120 overflow-auto print:max-h-none"
    >
      <table className="w-full text-sm">
        <thead className="text-xs text-text-3">
          <tr className="border-b border-line">
            <th scope="col" className="py-2 pr-2 text-left font-medium whitespace-nowrap">
              {groupings[figures.by]}
            </th>
            <th scope="col" className={head}>{t`Wrote`}</th>
            <th scope="col" className={head}>{t`Answered`}</th>
            <th scope="col" className={head}>{t`Half within`}</th>
            <th scope="col" className={head}>{t`Nine of ten within`}</th>
          </tr>
        </thead>
        <tbody>
          {figures.groups.map(({ key, label, sample }) => (
            <tr key={key} className="border-b border-line last:border-b-0">
              <th scope="row" className="py-2 pr-2 text-left font-medium whitespace-nowrap">
                {nameOf(figures.by, { key, label })} {sample.small && <Badge>{t`few`}</Badge>}
              </th>
              <td className={cell}>
                <RowsLink search={search} part={{ key }}>
                  {sample.waits}
                </RowsLink>
              </td>
              <td className={cell}>
                <RowsLink search={search} part={{ key, outcome: 'answered' }}>
                  {percent(sample.shareAnswered)}
                </RowsLink>
              </td>
              <td className={cell}>
                <RowsLink search={search} part={{ key }}>
                  {sample[clock] ? words(sample[clock].median) : '–'}
                </RowsLink>
              </td>
              <td className={cell}>
                <RowsLink search={search} part={{ key }}>
                  {sample[clock] ? words(sample[clock].p90) : '–'}
                </RowsLink>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
