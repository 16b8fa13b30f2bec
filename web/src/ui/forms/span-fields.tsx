import { useLingui } from '@lingui/react/macro'
import { Coffee, X } from 'lucide-react'
import { IconButton } from '../button.tsx'
import { TextInput } from '../field.tsx'
import { addBreak, type Span } from './hours.ts'

// Without the picker's button the time fits beside its pair at 320 px; a phone opens its own picker anyway.
const timeLook = 'tnum max-w-28 min-w-0 flex-1 !px-2 [&::-webkit-calendar-picker-indicator]:hidden'

/** The openings of one day, from when to when, with breaks. `name`: of the day, for who cannot see it. */
export function SpanFields({
  name,
  spans,
  problem,
  onChange,
}: {
  name: string
  spans: readonly Span[]
  problem: 'backwards' | 'overlap' | null
  onChange(spans: Span[]): void
}) {
  const { t } = useLingui()
  const set = (index: number, place: 0 | 1, value: string) => {
    const [from, to] = spans[index] ?? ['09:00', '17:00']
    onChange(spans.with(index, place === 0 ? [value, to] : [from, value]))
  }
  return (
    <>
      {spans.map((span, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place in the day.
        <div key={index} className="flex items-center gap-1.5">
          <TextInput
            type="time"
            aria-label={t`${name}: from`}
            value={span[0]}
            onChange={(event) => set(index, 0, event.target.value)}
            className={timeLook}
          />
          <span aria-hidden>–</span>
          <TextInput
            type="time"
            aria-label={t`${name}: until`}
            value={span[1] === '24:00' ? '00:00' : span[1]}
            onChange={(event) =>
              set(index, 1, event.target.value === '00:00' ? '24:00' : event.target.value)
            }
            className={timeLook}
          />
          {spans.length > 1 ? (
            <IconButton
              label={t`Remove these hours`}
              onClick={() => onChange(spans.toSpliced(index, 1))}
            >
              <X size={14} aria-hidden />
            </IconButton>
          ) : (
            <IconButton label={t`Add a break`} onClick={() => onChange(addBreak(spans))}>
              <Coffee size={14} aria-hidden />
            </IconButton>
          )}
        </div>
      ))}
      {problem && (
        <p role="alert" className="text-xs font-medium text-late">
          {problem === 'backwards'
            ? t`The end must come after the beginning.`
            : t`These hours overlap.`}
        </p>
      )}
    </>
  )
}
