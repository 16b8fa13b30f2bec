import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { HeartHandshake } from 'lucide-react'
import { winBacksQuery } from '../../lib/queries/people.ts'
import { EmptyState, LoadProblem } from '../../ui/messages.tsx'
import { Card, Section } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'

/** What became of complaints, by the month they came in. */
export function WinBackFigures() {
  const { t, i18n } = useLingui()
  const months = useQuery(winBacksQuery)
  const monthName = (month: string) =>
    i18n.date(new Date(`${month}-15T12:00:00Z`), { month: 'long', year: 'numeric' })
  const cell = 'tnum px-2 py-2 text-right'
  return (
    <Section
      title={t`Won back`}
      intro={t`Of everybody who complained in a month, how it stands with them today.`}
    >
      <Card>
        {months.isPending && <SkeletonRows count={2} label={t`Counting`} />}
        {months.isError && (
          <LoadProblem error={months.error} onRetry={() => void months.refetch()} />
        )}
        {months.data?.length === 0 && (
          <EmptyState icon={HeartHandshake} title={t`No complaint is noted`}>
            {t`Beside a conversation, say when somebody is unhappy; here you see whether they came back.`}
          </EmptyState>
        )}
        {months.data && months.data.length > 0 && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on a phone, also by the keyboard.
          <section className="overflow-x-auto" tabIndex={0} aria-label={t`Won back`}>
            <table className="w-full text-sm">
              <thead className="text-xs text-text-3">
                <tr className="border-b border-line">
                  <th scope="col" className="px-4 py-2 text-left font-medium">{t`Month`}</th>
                  <th scope="col" className={`${cell} font-medium`}>{t`Complained`}</th>
                  <th scope="col" className={`${cell} font-medium`}>{t`Unhappy`}</th>
                  <th scope="col" className={`${cell} font-medium`}>{t`Answered`}</th>
                  <th scope="col" className={`${cell} font-medium`}>{t`Mended`}</th>
                  <th scope="col" className={`${cell} font-medium`}>{t`Came back`}</th>
                  <th
                    scope="col"
                    className={`${cell} pr-4 font-medium`}
                  >{t`Share that came back`}</th>
                </tr>
              </thead>
              <tbody>
                {months.data.map((row) => (
                  <tr key={row.month} className="border-b border-line last:border-b-0">
                    <th scope="row" className="px-4 py-2 text-left font-medium whitespace-nowrap">
                      {monthName(row.month)}
                    </th>
                    <td className={cell}>{row.total}</td>
                    <td className={cell}>{row.unhappy}</td>
                    <td className={cell}>{row.answered}</td>
                    <td className={cell}>{row.mended}</td>
                    <td className={cell}>{row.cameBack}</td>
                    <td className={`${cell} pr-4`}>
                      {i18n.number(row.shareCameBack, {
                        style: 'percent',
                        maximumFractionDigits: 0,
                      })}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </Card>
    </Section>
  )
}
