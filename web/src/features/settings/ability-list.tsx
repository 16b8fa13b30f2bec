import { Trans, useLingui } from '@lingui/react/macro'
import { Check, Minus } from 'lucide-react'
import type { AbilityView, Channel } from '../../../../contract/channels.ts'
import { Card, Section } from '../../ui/page.tsx'
import { abilityGroups, useAbilityWords, useReasonWords } from './ability-words.ts'

/** Whether it can be done, as a mark with a name. */
export function AbilityMark({ can }: { can: boolean }) {
  const { t } = useLingui()
  return can ? (
    <Check size={16} role="img" aria-label={t`Can be done`} className="shrink-0 text-ok" />
  ) : (
    <Minus size={16} role="img" aria-label={t`Cannot be done`} className="shrink-0 text-text-3" />
  )
}

/** Every ability of one account by what it is for: what it brings, or why not and what would change it. */
export function AbilityList({ abilities }: { abilities: Channel['abilities'] }) {
  const { t } = useLingui()
  const titles = {
    receiving: t`What comes in`,
    following: t`What happens to it afterwards`,
    answering: t`What you can answer with`,
  }
  const known: readonly string[] = Object.values(abilityGroups).flat()
  const others = Object.keys(abilities).filter((name) => !known.includes(name))
  return (
    <>
      {(['receiving', 'following', 'answering'] as const).map((group) => {
        const names = [...abilityGroups[group], ...(group === 'answering' ? others : [])]
        const shown = names.flatMap((name) => {
          const ability = abilities[name]
          return ability ? [{ name, ability }] : []
        })
        if (shown.length === 0) return null
        return (
          <Section key={group} title={titles[group]}>
            <Card>
              <ul className="divide-y divide-line">
                {shown.map(({ name, ability }) => (
                  <AbilityRow key={name} name={name} ability={ability} />
                ))}
              </ul>
            </Card>
          </Section>
        )
      })}
    </>
  )
}

function AbilityRow({ name, ability }: { name: string; ability: AbilityView }) {
  const words = useAbilityWords()(name)
  const reason = useReasonWords()
  const not = ability.can ? null : reason(ability)
  return (
    <li className="flex gap-3 px-4 py-3">
      <span className="pt-0.5">
        <AbilityMark can={ability.can} />
      </span>
      <div className="flex min-w-0 flex-col gap-0.5">
        <h3 className="text-sm font-medium">{words.name}</h3>
        <p className="text-sm text-text-2">{not ? not.why : words.does}</p>
        {not?.change && (
          <p className="text-sm text-text-2">
            <Trans>
              <span className="font-medium text-text">What helps:</span> {not.change}
            </Trans>
          </p>
        )}
      </div>
    </li>
  )
}
