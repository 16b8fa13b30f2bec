import { Trans, useLingui } from '@lingui/react/macro'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ClockAspect } from '../../../../../contract/clock.ts'
import { IconButton } from '../../../ui/button.tsx'
import { Card, Section } from '../../../ui/page.tsx'

type Moved = { aspect: ClockAspect; by: 1 | -1 }

/** What makes one rule win over another: the order of what rules can be about, to be moved up and down. */
export function PrecedenceList({
  precedence,
  onChange,
}: {
  precedence: readonly ClockAspect[]
  onChange(precedence: ClockAspect[]): void
}) {
  const { t } = useLingui()
  const names = useAspectNames()
  const list = useRef<HTMLOListElement>(null)
  const [moved, setMoved] = useState<Moved | null>(null)
  useEffect(() => {
    if (!moved) return
    // The button that was pressed moved along, or can go no farther: its neighbour takes the focus then.
    const row = list.current?.querySelector(`[data-aspect="${moved.aspect}"]`)
    const buttons = [...(row?.querySelectorAll('button') ?? [])]
    const wanted = moved.by === -1 ? buttons : buttons.toReversed()
    wanted.find((button) => !button.disabled)?.focus()
  }, [moved])
  const move = (at: number, by: 1 | -1) => {
    const aspect = precedence[at]
    if (aspect === undefined) return
    onChange(precedence.toSpliced(at, 1).toSpliced(at + by, 0, aspect))
    setMoved({ aspect, by })
  }
  const place = moved ? precedence.indexOf(moved.aspect) + 1 : 0
  return (
    <Section
      title={t`Which rule wins`}
      intro={t`When several rules fit a message, the one about the topmost of these wins. What it leaves open, the next one decides.`}
    >
      <Card>
        <ol ref={list}>
          {precedence.map((aspect, at) => (
            <li
              key={aspect}
              data-aspect={aspect}
              className="flex items-center gap-3 border-b border-line px-4 py-1.5 last:border-b-0"
            >
              <span className="tnum text-xs text-text-3">{at + 1}.</span>
              <span className="min-w-0 flex-1 text-sm">{names[aspect]}</span>
              <span className="flex">
                <IconButton
                  label={t`Move up: ${names[aspect]}`}
                  disabled={at === 0}
                  onClick={() => move(at, -1)}
                >
                  <ArrowUp size={16} aria-hidden />
                </IconButton>
                <IconButton
                  label={t`Move down: ${names[aspect]}`}
                  disabled={at === precedence.length - 1}
                  onClick={() => move(at, 1)}
                >
                  <ArrowDown size={16} aria-hidden />
                </IconButton>
              </span>
            </li>
          ))}
        </ol>
      </Card>
      <p role="status" className="sr-only">
        {moved && (
          <Trans>
            {names[moved.aspect]}: now number {place}
          </Trans>
        )}
      </p>
    </Section>
  )
}

function useAspectNames(): Record<ClockAspect, string> {
  const { t } = useLingui()
  return {
    person: t`Who wrote (a rule about one customer)`,
    severity: t`How pressing it is (severity)`,
    language: t`The language`,
    channel: t`The channel`,
  }
}
