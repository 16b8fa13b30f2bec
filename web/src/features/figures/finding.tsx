import { useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Figures } from '../../../../contract/figures.ts'
import { Card } from '../../ui/page.tsx'
import { useGroupName, useQuantileWords } from './words.ts'

type Clock = 'calendar' | 'business'

/** A plot with what it shows as its title, in a sentence. */
export function Finding({
  about,
  figures,
  clock,
  children,
}: {
  about: 'curve' | 'groups'
  figures: Figures
  clock: Clock
  children: ReactNode
}) {
  const curve = useCurveFinding(figures, clock)
  const groups = useGroupsFinding(figures, clock)
  const { title, small } = about === 'curve' ? curve : groups
  return (
    <Card className="flex break-inside-avoid flex-col gap-3 p-4">
      <div className="flex flex-col gap-1">
        <h2 className="text-base font-semibold">{title}</h2>
        <p className="text-xs text-text-3">{small}</p>
      </div>
      {children}
    </Card>
  )
}

function useCurveFinding({ total }: Figures, clock: Clock): { title: string; small: string } {
  const { t } = useLingui()
  const words = useQuantileWords()
  const median = total[clock]?.median
  const length = median ? words(median) : ''
  const small =
    clock === 'business'
      ? t`Share of customers who still wait, by opening hours since they wrote. The shade is where the truth lies with 95 % confidence.`
      : t`Share of customers who still wait, by hours since they wrote. The shade is where the truth lies with 95 % confidence.`
  const title = median?.moreThan
    ? t`Half of those who write wait ${length}: so many were not answered that no middle can be told`
    : t`Half of those who write wait ${length} or longer`
  return { title, small }
}

/** The group that waits longest; those with too few waits are not named. */
function useGroupsFinding({ groups, by }: Figures, clock: Clock): { title: string; small: string } {
  const { t } = useLingui()
  const words = useQuantileWords()
  const nameOf = useGroupName()
  const enough = groups.filter(({ sample }) => !sample.small)
  const [worst] = [...(enough.length > 0 ? enough : groups)].sort(
    (a, b) => (b.sample[clock]?.median.ms ?? 0) - (a.sample[clock]?.median.ms ?? 0),
  )
  const median = worst?.sample[clock]?.median
  if (!worst || !median) return { title: '', small: '' }
  const name = nameOf(by, worst)
  const length = words(median)
  const small =
    enough.length > 0
      ? t`The time by which half were answered. Pale bars: half were not answered yet; they are longer than the bar.`
      : t`The time by which half were answered. Each group has fewer than 20 waits.`
  if (enough.length === 0)
    return { title: t`Too few waits in each group to tell them apart`, small }
  const [complaint, praise] = ['complaint', 'praise'].map(
    (kind) => enough.find(({ key }) => key === kind)?.sample[clock]?.median,
  )
  if (by === 'kind' && complaint && praise) {
    const [complaints, praised] = [words(complaint), words(praise)]
    return { title: t`The middle wait: ${complaints} of a complaint, ${praised} of praise`, small }
  }
  const title =
    by === 'weekday'
      ? median.moreThan
        ? t`Half of those who write on ${name} wait ${length}`
        : t`Half of those who write on ${name} wait ${length} or longer`
      : median.moreThan
        ? t`Longest wait: ${name}, where half wait ${length}`
        : t`Longest wait: ${name}, where half wait ${length} or longer`
  return { title, small }
}
