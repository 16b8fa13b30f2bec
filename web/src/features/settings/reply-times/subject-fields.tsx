import { useLingui } from '@lingui/react/macro'
import type { Channel } from '../../../../../contract/channels.ts'
import type { RulePerson } from '../../../../../contract/clock.ts'
import { severities, useLanguageName, useSeverityWords } from '../../../lib/clock-words.ts'
import { Field, Select } from '../../../ui/field.tsx'
import { PersonField } from './person-field.tsx'
import { useChannelName } from './rule-words.ts'

export type Subject = {
  channelId: Channel['id'] | null
  language: string | null
  severity: string | null
  person: RulePerson | null
}

export const anySubject: Subject = {
  channelId: null,
  language: null,
  severity: null,
  person: null,
}

// Those that are most spoken where Parley is used; the API takes any other.
const languages = 'ar bg cs de el en es fr hu it nl pl pt ro ru sk sr tr uk zh'.split(' ')

/** Channel, language, severity and customer; `any` is what each reads as when it is not named. */
export function SubjectFields({
  subject,
  onChange,
  channels,
  any,
}: {
  subject: Subject
  onChange(subject: Subject): void
  channels: readonly Channel[]
  any: string
}) {
  const { t } = useLingui()
  const languageName = useLanguageName()
  const severityWords = useSeverityWords()
  const channelName = useChannelName()
  const known = (list: readonly string[], value: string | null) =>
    value !== null && !list.includes(value) ? [value, ...list] : list
  return (
    <>
      <Field label={t`Channel`}>
        {(wiring) => (
          <Select
            {...wiring}
            value={subject.channelId ?? ''}
            onChange={(event) => {
              const chosen = channels.find(({ id }) => id === event.target.value)
              onChange({ ...subject, channelId: chosen?.id ?? null })
            }}
          >
            <option value="">{any}</option>
            {channels.map((channel) => (
              <option key={channel.id} value={channel.id}>
                {channelName(channel)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t`Language`}>
        {(wiring) => (
          <Select
            {...wiring}
            value={subject.language ?? ''}
            onChange={(event) => onChange({ ...subject, language: event.target.value || null })}
          >
            <option value="">{any}</option>
            {known(languages, subject.language).map((code) => (
              <option key={code} value={code}>
                {languageName(code)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t`Severity`}>
        {(wiring) => (
          <Select
            {...wiring}
            value={subject.severity ?? ''}
            onChange={(event) => onChange({ ...subject, severity: event.target.value || null })}
          >
            <option value="">{any}</option>
            {known(severities, subject.severity).map((each) => (
              <option key={each} value={each}>
                {severityWords(each)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <PersonField
        person={subject.person}
        onChange={(person) => onChange({ ...subject, person })}
      />
    </>
  )
}
