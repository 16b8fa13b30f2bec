import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Goodwill, GoodwillKind } from '../../../../contract/goodwill.ts'
import { fractionsOf, useGoodwillWords } from '../../lib/goodwill-words.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import {
  changeGoodwill,
  goodwillQuery,
  goodwillSettingsQuery,
  recordGoodwill,
} from '../../lib/queries/goodwill.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Select, TextArea, TextInput } from '../../ui/field.tsx'
import { FormProblem } from '../../ui/messages.tsx'

/** Records an act of goodwill, or corrects one. */
export function GoodwillDialog({
  conversationId,
  act,
  onClose,
}: {
  conversationId: string
  act: Goodwill | null
  onClose(): void
}) {
  const { t } = useLingui()
  const words = useGoodwillWords()
  const client = useQueryClient()
  const usual = useQuery(goodwillSettingsQuery).data?.currency
  const currency = act?.currency ?? usual
  const fractions = currency === undefined ? 2 : fractionsOf(currency)
  const [kind, setKind] = useState<GoodwillKind>(act?.kind ?? 'gift')
  const [cost, setCost] = useState(
    act ? (act.cost / 10 ** fractionsOf(act.currency)).toString() : '0',
  )
  const [note, setNote] = useState(act?.note ?? '')
  const save = useMutation({
    mutationFn: () => {
      const body = { kind, note, cost: Math.round(Number(cost) * 10 ** fractions) }
      return act ? changeGoodwill(act.id, body) : recordGoodwill(conversationId, body)
    },
    onSuccess: () => {
      toast(act ? t`Saved.` : t`Goodwill recorded.`)
      onClose()
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: goodwillQuery(conversationId).queryKey }),
        client.invalidateQueries({ queryKey: ['goodwill'] }),
      ]),
  })
  const errors = fieldErrors(save.error)
  return (
    <Dialog title={act ? t`Change goodwill` : t`Record goodwill`} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Field label={t`What was done`} error={errors.kind}>
          {(wiring) => (
            <Select
              {...wiring}
              value={kind}
              onChange={(event) => {
                const chosen = GoodwillKind.safeParse(event.target.value)
                if (chosen.success) setKind(chosen.data)
              }}
            >
              {GoodwillKind.options.map((each) => (
                <option key={each} value={each}>
                  {words[each]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field
          label={currency === undefined ? t`Cost` : t`Cost in ${currency}`}
          hint={t`What it cost the business; 0 when it cost nothing.`}
          error={errors.cost}
        >
          {(wiring) => (
            <TextInput
              {...wiring}
              type="number"
              inputMode="decimal"
              min={0}
              step={1 / 10 ** fractions}
              required
              value={cost}
              onChange={(event) => setCost(event.target.value)}
            />
          )}
        </Field>
        <Field label={t`Remark`} optional={t`if you like`} error={errors.note}>
          {(wiring) => (
            <TextArea
              {...wiring}
              rows={2}
              maxLength={2000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        <FormProblem error={save.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            type="submit"
            look="primary"
            busy={save.isPending}
            disabled={currency === undefined}
          >
            <Trans>Save</Trans>
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
