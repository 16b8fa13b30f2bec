import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Figures } from '../../../../contract/figures.ts'
import { FigureGrouping } from '../../../../contract/figures-query.ts'
import { type FiguresSearch, periodOf } from '../../lib/figures-search.ts'
import { atHandle } from '../../lib/handles.ts'
import { channelsQuery } from '../../lib/queries/channels.ts'
import { Field, Select, TextInput } from '../../ui/field.tsx'
import { useGroupingWords } from './words.ts'

const Grouping = FigureGrouping.exclude(['none'])

/** Which days, in what groups, by which clock: all of it in the address. */
export function Controls({ search, shown }: { search: FiguresSearch; shown: Figures | undefined }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const groupings = useGroupingWords()
  const channels = useQuery(channelsQuery).data ?? []
  const change = (part: Partial<FiguresSearch>) =>
    void navigate({ to: '/figures', search: { ...periodOf(search), ...part }, replace: true })
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-5 print:hidden">
      <Field label={t`From`}>
        {(wiring) => (
          <TextInput
            {...wiring}
            type="date"
            required
            value={search.from ?? shown?.from ?? ''}
            onChange={(event) => change({ from: event.target.value || undefined })}
          />
        )}
      </Field>
      <Field label={t`Until`}>
        {(wiring) => (
          <TextInput
            {...wiring}
            type="date"
            required
            value={search.to ?? shown?.to ?? ''}
            onChange={(event) => change({ to: event.target.value || undefined })}
          />
        )}
      </Field>
      <Field label={t`Group by`}>
        {(wiring) => (
          <Select
            {...wiring}
            value={search.by ?? 'none'}
            onChange={(event) => change({ by: Grouping.safeParse(event.target.value).data })}
          >
            {FigureGrouping.options.map((by) => (
              <option key={by} value={by}>
                {groupings[by]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t`Account`}>
        {(wiring) => (
          <Select
            {...wiring}
            value={search.channel ?? ''}
            onChange={(event) => change({ channel: event.target.value || undefined })}
          >
            <option value="">{t`All accounts`}</option>
            {channels.map((channel) => (
              <option key={channel.id} value={channel.id}>
                {atHandle(channel)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t`Clock`}>
        {(wiring) => (
          <Select
            {...wiring}
            value={search.clock ?? 'calendar'}
            onChange={(event) =>
              change({ clock: event.target.value === 'business' ? 'business' : undefined })
            }
          >
            <option value="calendar">{t`All time`}</option>
            <option value="business">{t`Opening hours only`}</option>
          </Select>
        )}
      </Field>
    </div>
  )
}
