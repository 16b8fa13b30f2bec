import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import type { CallOrder, Rota } from '../../../../../contract/on-call.ts'
import { useNow } from '../../../lib/now.ts'
import { Field, TextInput } from '../../../ui/field.tsx'
import { FormProblem } from '../../../ui/messages.tsx'
import { Card, Section } from '../../../ui/page.tsx'
import { orderQuery } from './queries.ts'

const MINUTE = 60_000

/** Who would be called now, and at a time of one's choice, by the rota as it stands in the form. */
export function OrderPreview({ rota }: { rota: Rota }) {
  const { t } = useLingui()
  const now = useNow(MINUTE)
  const [at, setAt] = useState(tonight)
  const shown = useDeferredValue(rota)
  const thisMinute = new Date(now - (now % MINUTE)).toISOString()
  const present = useQuery({
    ...orderQuery({ rota: shown, at: thisMinute }),
    placeholderData: keepPreviousData,
  })
  const chosen = new Date(at)
  const then = useQuery({
    ...orderQuery({
      rota: shown,
      at: Number.isNaN(chosen.getTime()) ? thisMinute : chosen.toISOString(),
    }),
    placeholderData: keepPreviousData,
  })
  return (
    <Section title={t`Who would be called`} intro={t`By the list above, before you save it.`}>
      <Card className="grid gap-4 p-4 sm:grid-cols-2">
        <div className="flex flex-col gap-1.5">
          <p className="text-sm font-medium">
            <Trans>Now</Trans>
          </p>
          <Order order={present.data} />
        </div>
        <div className="flex flex-col gap-1.5">
          <Field label={t`At`} hint={t`On the clock of this device.`}>
            {(wiring) => (
              <TextInput
                {...wiring}
                type="datetime-local"
                value={at}
                onChange={(event) => setAt(event.target.value)}
              />
            )}
          </Field>
          <Order order={then.data} />
        </div>
        <FormProblem error={present.error ?? then.error} />
      </Card>
    </Section>
  )
}

function Order({ order }: { order: CallOrder | undefined }) {
  const { i18n } = useLingui()
  if (!order) return null
  const list = new Intl.ListFormat(i18n.locale, { type: 'conjunction' })
  const owners = list.format(order.owners.map(({ name }) => name))
  return (
    <ol className="list-decimal pl-5 text-sm">
      {order.onCall.map(({ id, name }) => (
        <li key={id}>{name}</li>
      ))}
      <li>
        <Trans>the owners: {owners}</Trans>
      </li>
    </ol>
  )
}

/** 22:00 today, as the field for times writes it. */
function tonight(): string {
  const two = (part: number) => String(part).padStart(2, '0')
  const day = new Date()
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}T22:00`
}
