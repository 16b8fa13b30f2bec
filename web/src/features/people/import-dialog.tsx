import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ImportMapping, ImportReport } from '../../../../contract/people.ts'
import { importPeople } from '../../lib/queries/people.ts'
import { serverWords } from '../../lib/server-words.ts'
import { toast } from '../../lib/toasts.ts'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Select } from '../../ui/field.tsx'
import { Callout, FormProblem } from '../../ui/messages.tsx'

/** Chooses a file, says what its columns hold, shows what would happen, and takes it in. */
export function ImportDialog({ onClose }: { onClose(): void }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const trial = useMutation({
    mutationFn: ({ chosen, mapping }: { chosen: File; mapping: ImportMapping | null }) =>
      importPeople(chosen, { mapping, dryRun: true }),
  })
  const [done, setDone] = useState<ImportReport | null>(null)
  const take = useMutation({
    mutationFn: (chosen: File) =>
      importPeople(chosen, { mapping: trial.data?.mapping ?? null, dryRun: false }),
    onSuccess: async (report) => {
      await client.invalidateQueries({ queryKey: ['people'] })
      const { created, updated } = report
      toast(t`${created} new people, ${updated} changed.`)
      if (report.refusedCount === 0) onClose()
      else setDone(report)
    },
  })
  const report = done ?? trial.data
  return (
    <Dialog
      title={t`Import people`}
      onClose={onClose}
      footer={
        done ? (
          <Button onClick={onClose}>
            <Trans>Done</Trans>
          </Button>
        ) : (
          <Button
            look="primary"
            busy={take.isPending}
            disabled={!file || !trial.data || trial.isPending || trial.isError}
            onClick={() => file && take.mutate(file)}
          >
            <Trans>Take them in</Trans>
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {!done && (
          <Field
            label={t`CSV file`}
            hint={t`Saved as “CSV UTF-8”, at most 5 MB, the first line naming the columns. The same file twice changes nothing.`}
          >
            {(wiring) => (
              <input
                {...wiring}
                type="file"
                accept=".csv,.tsv,text/csv"
                className="w-full min-w-0 text-sm"
                onChange={(event) => {
                  const chosen = event.target.files?.[0] ?? null
                  setFile(chosen)
                  trial.reset()
                  if (chosen) trial.mutate({ chosen, mapping: null })
                }}
              />
            )}
          </Field>
        )}
        <FormProblem error={trial.error ?? take.error} />
        {!done && file && trial.variables && (
          <Columns
            mapping={trial.data?.mapping ?? trial.variables.mapping ?? {}}
            onChange={(mapping) => trial.mutate({ chosen: file, mapping })}
          />
        )}
        {report && <Outcome report={report} />}
      </div>
    </Dialog>
  )
}

function Columns({
  mapping,
  onChange,
}: {
  mapping: ImportMapping
  onChange(mapping: ImportMapping): void
}) {
  const { t } = useLingui()
  const targets: [string, string][] = [
    ['ignore', t`Leave out`],
    ['external-id', t`Customer number`],
    ['name', t`Name`],
    ['email', t`E-mail address`],
    ['handle:mastodon', t`Handle on ${'Mastodon'}`],
    ['handle:bluesky', t`Handle on ${'Bluesky'}`],
    ['handle:telegram', t`Handle on ${'Telegram'}`],
    ['tags', t`Tags`],
    ['consent', t`Consent: what for`],
    ['consent-at', t`Consent: since when`],
  ]
  const entries = Object.entries(mapping)
  if (entries.length === 0) return null
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 text-sm font-medium">
        <Trans>What the columns hold</Trans>
      </legend>
      {entries.map(([header, target]) => (
        <div key={header} className="grid grid-cols-2 items-center gap-2 text-sm">
          <span className="truncate">{header}</span>
          <Select
            aria-label={header}
            value={target}
            onChange={(event) => onChange({ ...mapping, [header]: event.target.value })}
          >
            {targets.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </div>
      ))}
    </fieldset>
  )
}

function Outcome({ report }: { report: ImportReport }) {
  const { t } = useLingui()
  const { created, updated, unchanged, refusedCount, dryRun } = report
  return (
    <div role="status" className="flex flex-col gap-2">
      <Callout tone={refusedCount > 0 ? 'soon' : 'ok'}>
        {dryRun
          ? t`Would be new: ${created}. Changed: ${updated}. As they are: ${unchanged}. Refused: ${refusedCount}.`
          : t`New: ${created}. Changed: ${updated}. As they are: ${unchanged}. Refused: ${refusedCount}.`}
      </Callout>
      {refusedCount > 0 && (
        <>
          <ul className="flex flex-col gap-1 text-sm">
            {report.refused
              .slice(0, 5)
              .map((row) => ({ ...row, reason: serverWords(row.reason) }))
              .map(({ line, field, reason }) => (
                <li key={line}>{t`Line ${line}, ${field}: ${reason}`}</li>
              ))}
          </ul>
          <a
            className={`${buttonLook()} self-start`}
            download="refused.csv"
            href={`data:text/csv;charset=utf-8,${encodeURIComponent(report.refusedCsv)}`}
          >
            <Trans>The refused rows as a file</Trans>
          </a>
        </>
      )}
    </div>
  )
}
