import { useLingui } from '@lingui/react/macro'
import { type Person, WinBackState } from '../../../../contract/people.ts'
import { useWinBackWords, winBackTones } from '../../lib/people-words.ts'
import { setWinBack } from '../../lib/queries/people.ts'
import { Select } from '../../ui/field.tsx'
import { Badge, FormProblem } from '../../ui/messages.tsx'
import { Card, Section } from '../../ui/page.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { usePersonChange } from './use-person-change.ts'

/** How it stands after a complaint, with every step. */
export function WinBack({ person }: { person: Person }) {
  const { t } = useLingui()
  const words = useWinBackWords()
  const [current] = person.winBacks
  const change = usePersonChange(person.id, (state: WinBackState) =>
    setWinBack(person.id, { state }),
  )
  const choices: readonly WinBackState[] = current ? WinBackState.options : ['unhappy']
  return (
    <Section
      title={t`After a complaint`}
      actions={
        person.can.note && (
          <Select
            aria-label={t`How it stands after a complaint`}
            value={current?.state ?? ''}
            disabled={change.isPending}
            onChange={(event) => change.mutate(WinBackState.parse(event.target.value))}
            className="!w-auto max-w-full"
          >
            {!current && <option value="">{t`No complaint`}</option>}
            {choices.map((state) => (
              <option key={state} value={state}>
                {words[state]}
              </option>
            ))}
          </Select>
        )
      }
    >
      <FormProblem error={change.error} />
      {person.winBacks.map((one) => (
        <Card key={one.id}>
          <ol>
            {one.steps.map((step) => (
              <li
                key={`${step.state} ${step.at}`}
                className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2 text-sm last:border-b-0"
              >
                <Badge tone={winBackTones[step.state]}>{words[step.state]}</Badge>
                <span className="text-text-3">{step.by}</span>
                <ClockTime at={step.at} className="ml-auto text-xs text-text-3" />
              </li>
            ))}
          </ol>
        </Card>
      ))}
    </Section>
  )
}
