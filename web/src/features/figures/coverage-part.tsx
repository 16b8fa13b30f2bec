import { Trans, useLingui } from '@lingui/react/macro'
import type { DutyBlock, Figures } from '../../../../contract/figures.ts'
import { FigureDay } from '../../../../contract/figures-query.ts'
import type { FiguresSearch } from '../../lib/figures-search.ts'
import { Card } from '../../ui/page.tsx'
import { RowsLink } from './headline.tsx'
import { useDayWords, useHourWords, usePercent } from './words.ts'

const hours = Array.from({ length: 24 }, (_, hour) => hour)

/** When customers write and nobody is there, and the hours that would meet most of them. */
export function CoveragePart({ figures, search }: { figures: Figures; search: FiguresSearch }) {
  const { t } = useLingui()
  const sentence = useBlockSentence()
  const { waits, blocks } = figures.coverage
  const [best] = blocks
  return (
    <Card className="flex flex-col gap-3 p-4">
      <div className="flex flex-col gap-1">
        <h2 className="text-base font-semibold">
          {best ? sentence(best) : t`Nobody wrote to an empty shop`}
        </h2>
        <p className="text-xs text-text-3">
          {best ? (
            <Trans>
              <RowsLink search={search} part={{ gap: 'true' }}>
                {waits}
              </RowsLink>{' '}
              wrote while you were closed and waited for the next opening. Somebody on duty in these
              hours would have met the most of them:
            </Trans>
          ) : (
            <Trans>
              Whoever wrote while you were closed had an answer before the next opening.
            </Trans>
          )}
        </p>
      </div>
      {best && (
        <>
          <ol className="flex list-decimal flex-col gap-1 pl-5 text-sm">
            {blocks.map((block) => (
              <li key={`${block.day}-${block.fromHour}`}>
                <BlockLine block={block} search={search} />
              </li>
            ))}
          </ol>
          <WeekTable figures={figures} />
        </>
      )}
    </Card>
  )
}

function BlockLine({ block, search }: { block: DutyBlock; search: FiguresSearch }) {
  const hourWords = useHourWords()
  const percent = usePercent()
  const { day, fromHour, toHour } = block
  const from = hourWords(day, fromHour)
  const to = `${String(toHour).padStart(2, '0')}:00`
  const share = percent(block.share)
  return (
    <Trans>
      {from} to {to}:{' '}
      <RowsLink search={search} part={{ gap: 'true', day, fromHour, toHour }}>
        {block.waits}
      </RowsLink>{' '}
      wrote, {share} of all who wrote while you were closed
    </Trans>
  )
}

/** "Saturday 10:00 to 14:00 would reach 38 % of those who wait over the weekend". */
function useBlockSentence(): (block: DutyBlock) => string {
  const { t } = useLingui()
  const hourWords = useHourWords()
  const percent = usePercent()
  return ({ day, fromHour, toHour, shareOfPart }) => {
    const from = hourWords(day, fromHour)
    const to = `${String(toHour).padStart(2, '0')}:00`
    const share = percent(shareOfPart)
    return day === 'sat' || day === 'sun'
      ? t`${from} to ${to} would reach ${share} of those who wait over the weekend`
      : t`${from} to ${to} would reach ${share} of those who wait outside hours from Monday to Friday`
  }
}

/** The week by hours; the more wrote to nobody, the darker. */
function WeekTable({ figures }: { figures: Figures }) {
  const { t } = useLingui()
  const days = useDayWords()
  const most = Math.max(...figures.coverage.hours)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard.
    <section aria-label={t`The week by hours`} tabIndex={0} className="overflow-x-auto">
      <table className="w-full min-w-160 table-fixed border-separate border-spacing-px text-center text-xs">
        <caption className="pb-1 text-left text-xs text-text-3">
          <Trans>Who wrote while you were closed, by hour of the day</Trans>
        </caption>
        <thead>
          <tr>
            <td className="w-22" />
            {hours.map((hour) => (
              <th key={hour} scope="col" className="font-normal text-text-3">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {FigureDay.options.map((day, index) => (
            <tr key={day}>
              <th scope="row" className="text-left font-normal text-text-2">
                {days[day]}
              </th>
              {hours.map((hour) => {
                const count = figures.coverage.hours[index * 24 + hour] ?? 0
                return (
                  <td
                    key={hour}
                    className="h-6 rounded-sm bg-sunken text-text"
                    style={
                      count > 0
                        ? {
                            background: `color-mix(in oklab, var(--accent) ${10 + Math.round((count / most) * 30)}%, var(--surface))`,
                          }
                        : undefined
                    }
                  >
                    {count > 0 ? count : ''}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
