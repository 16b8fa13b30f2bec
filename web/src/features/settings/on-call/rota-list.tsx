import { Trans, useLingui } from '@lingui/react/macro'
import { ArrowDown, ArrowUp, Plus, Trash2, UserRoundCheck } from 'lucide-react'
import { useState } from 'react'
import type { OnCallView, Rota, RotaEntry } from '../../../../../contract/on-call.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/messages.tsx'
import { Card, Section } from '../../../ui/page.tsx'
import { RotaDialog } from './rota-dialog.tsx'
import { useShiftWords } from './shift-words.ts'

/** Who is asked first, second, …, and when. */
export function RotaList({
  rota,
  members,
  onChange,
}: {
  rota: Rota
  members: OnCallView['members']
  onChange(rota: Rota): void
}) {
  const { t } = useLingui()
  const [open, setOpen] = useState<number | 'new' | null>(null)
  const keep = (entry: RotaEntry) => {
    onChange(open === 'new' || open === null ? [...rota, entry] : rota.with(open, entry))
    setOpen(null)
  }
  return (
    <Section
      title={t`Who is on call`}
      intro={t`The first in the list whose hours it is in is called first. The owners come after all of them, always.`}
      actions={
        <Button onClick={() => setOpen('new')}>
          <Plus size={14} aria-hidden />
          <Trans>Add somebody</Trans>
        </Button>
      }
    >
      <Card>
        {rota.length === 0 && (
          <EmptyState icon={UserRoundCheck} title={t`Nobody is on call`}>
            <Trans>The owners are called at once.</Trans>
          </EmptyState>
        )}
        <ol>
          {rota.map((entry, index) => (
            <Row
              // biome-ignore lint/suspicious/noArrayIndexKey: its place in the order is what an entry is.
              key={index}
              entry={entry}
              name={members.find(({ id }) => id === entry.memberId)?.name ?? ''}
              place={index}
              last={index === rota.length - 1}
              onOpen={() => setOpen(index)}
              onMove={(by) => onChange(moved(rota, index, by))}
              onRemove={() => onChange(rota.toSpliced(index, 1))}
            />
          ))}
        </ol>
      </Card>
      {open !== null && (
        <RotaDialog
          entry={open === 'new' ? null : (rota[open] ?? null)}
          members={members}
          onClose={() => setOpen(null)}
          onKeep={keep}
        />
      )}
    </Section>
  )
}

function Row({
  entry,
  name,
  place,
  last,
  onOpen,
  onMove,
  onRemove,
}: {
  entry: RotaEntry
  name: string
  place: number
  last: boolean
  onOpen(): void
  onMove(by: -1 | 1): void
  onRemove(): void
}) {
  const { t } = useLingui()
  const words = useShiftWords()
  return (
    <li className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2.5 last:border-b-0">
      <span className="tnum w-5 text-sm text-text-3">{place + 1}.</span>
      <div className="min-w-0 flex-1 basis-40">
        <p className="text-sm font-medium">{name}</p>
        <p className="text-xs text-text-3">{words(entry.shift)}</p>
      </div>
      <div className="flex items-center">
        <IconButton label={t`Move ${name} up`} disabled={place === 0} onClick={() => onMove(-1)}>
          <ArrowUp size={14} aria-hidden />
        </IconButton>
        <IconButton label={t`Move ${name} down`} disabled={last} onClick={() => onMove(1)}>
          <ArrowDown size={14} aria-hidden />
        </IconButton>
        <Button size="sm" onClick={onOpen} aria-label={t`Change when ${name} is on call`}>
          <Trans>Change</Trans>
        </Button>
        <IconButton label={t`Remove ${name}`} onClick={onRemove}>
          <Trash2 size={14} aria-hidden />
        </IconButton>
      </div>
    </li>
  )
}

function moved(rota: Rota, index: number, by: -1 | 1): Rota {
  const entry = rota[index]
  return entry ? rota.toSpliced(index, 1).toSpliced(index + by, 0, entry) : rota
}
