import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { ImportResult, ImportState } from '../../../../contract/exports.ts'
import { serverWords } from '../../lib/server-words.ts'
import { useSizeWords } from '../../lib/size-words.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Callout, FormProblem } from '../../ui/messages.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { importArchive } from './import-archive.ts'

/** Brings everything from another Parley into this empty one. */
export function ImportStep({ onBack }: { onBack(): void }) {
  const { t } = useLingui()
  const [file, setFile] = useState<File>()
  const [state, setState] = useState<ImportState>()
  const bring = useMutation({ mutationFn: (chosen: File) => importArchive(chosen, setState) })
  if (state?.result) return <Arrived result={state.result} />
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (file) bring.mutate(file)
      }}
    >
      <Field
        label={t`The export`}
        hint={t`A file that ends in .tar.gz, made under Settings → Export in your other Parley.`}
      >
        {(wiring) => (
          <input
            {...wiring}
            type="file"
            accept=".gz,.tgz,application/gzip"
            required
            disabled={bring.isPending}
            onChange={(event) => {
              setFile(event.target.files?.[0])
              setState(undefined)
              bring.reset()
            }}
            className="w-full min-w-0 text-sm text-text-2 file:mr-3 file:min-h-9 file:cursor-pointer file:rounded-md file:border file:border-line file:bg-raised file:px-3 file:text-sm file:font-medium file:text-text"
          />
        )}
      </Field>
      {bring.isPending && state && <Underway state={state} />}
      {state?.stage === 'failed' && (
        <Callout tone="late">{serverWords(state.problem ?? '')}</Callout>
      )}
      <FormProblem error={bring.error} />
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          look="primary"
          size="lg"
          disabled={!file}
          busy={bring.isPending}
          className="flex-1"
        >
          <Trans>Bring it in</Trans>
        </Button>
        <Button size="lg" disabled={bring.isPending} onClick={onBack}>
          <Trans>Back</Trans>
        </Button>
      </div>
      <p className="text-xs text-text-3">
        <Trans>
          All of it comes in, or nothing. Afterwards you set a new password and connect your
          accounts again: passwords and sign-ins never leave the other Parley.
        </Trans>
      </p>
    </form>
  )
}

function Underway({ state }: { state: ImportState }) {
  const { t } = useLingui()
  const size = useSizeWords()
  const sending = state.stage === 'sending'
  return (
    <div className="flex flex-col gap-1 text-sm text-text-2">
      <ProgressBar
        done={sending ? state.received : state.rowsDone}
        of={sending ? state.bytes : state.rowsTotal}
        label={t`How far the import is`}
      />
      <p role="status">
        {sending ? (
          <Trans>
            Sending: {size(state.received)} of {size(state.bytes)}
          </Trans>
        ) : state.rowsTotal === null ? (
          <Trans>Checking the file</Trans>
        ) : (
          <Trans>
            Bringing in: {state.rowsDone} of{' '}
            <Plural value={state.rowsTotal} one="# entry" other="# entries" />
          </Trans>
        )}
      </p>
    </div>
  )
}

function Arrived({ result }: { result: ImportResult }) {
  const { business, rows, again, undecided } = result
  const names = [again.accounts, again.webhooks, again.keys, again.providers].flat()
  return (
    <div className="flex flex-col gap-4 text-sm">
      <Callout tone="ok">
        <Trans>
          {business} is here: <Plural value={rows} one="# entry" other="# entries" />.
        </Trans>
      </Callout>
      {!result.auditOk && (
        <Callout tone="late">
          <Trans>
            Its audit log does not hold: somebody changed it before it was exported. Under Settings
            → Audit log you see where.
          </Trans>
        </Callout>
      )}
      <p>
        <Trans>Who are you? Choose a new password; your second factor follows.</Trans>
      </p>
      <ul className="flex flex-col gap-2">
        {result.owners.map(({ name, email, link }) => (
          <li key={link}>
            <a
              href={link}
              className="flex min-h-11 flex-col justify-center rounded-lg border border-line bg-raised px-3 py-2 hover:bg-hover"
            >
              <span className="font-medium">{name}</span>
              <span className="text-xs break-all text-text-3">{email}</span>
            </a>
          </li>
        ))}
      </ul>
      {names.length > 0 && (
        <p className="text-text-2">
          <Trans>
            To be connected or made again under Settings:{' '}
            <span className="break-words">{names.join(', ')}</span>.
          </Trans>
        </p>
      )}
      {undecided > 0 && (
        <p className="text-text-2">
          <Plural
            value={undecided}
            one="# reply may or may not have been sent: look at it in the inbox."
            other="# replies may or may not have been sent: look at them in the inbox."
          />
        </p>
      )}
    </div>
  )
}
