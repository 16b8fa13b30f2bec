import { Trans, useLingui } from '@lingui/react/macro'
import type { Person } from '../../../../contract/people.ts'
import { undoMerge } from '../../lib/queries/people.ts'
import { Button } from '../../ui/button.tsx'
import { FormProblem } from '../../ui/messages.tsx'
import { Card, Section } from '../../ui/page.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { usePersonChange } from './use-person-change.ts'

/** Which records were joined to this one, by whom, and the way back. */
export function Merges({ person }: { person: Person }) {
  const { t } = useLingui()
  const undo = usePersonChange(person.id, (mergeId: string) => undoMerge(person.id, mergeId))
  if (person.merges.length === 0) return null
  return (
    <Section
      title={t`Joined records`}
      intro={t`Taking them apart brings back what each had; what came since stays with the account it came by.`}
    >
      <FormProblem error={undo.error} />
      <Card>
        <ul>
          {person.merges.map((one) => (
            <li
              key={one.id}
              className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2.5 text-sm last:border-b-0"
            >
              <span className="font-medium">{one.name}</span>
              <span className="text-xs text-text-3">
                {one.by}, <ClockTime at={one.at} />
              </span>
              {one.undoneAt && (
                <span className="ml-auto text-xs text-text-3">
                  <Trans>
                    taken apart <ClockTime at={one.undoneAt} />
                  </Trans>
                </span>
              )}
              {one.canUndo && person.can.merge && (
                <Button
                  size="sm"
                  className="ml-auto"
                  aria-label={t`Take apart: ${one.name}`}
                  busy={undo.isPending}
                  onClick={() => undo.mutate(one.id)}
                >
                  <Trans>Take apart</Trans>
                </Button>
              )}
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  )
}
