import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { MemberRole } from '../../../../../contract/session.ts'
import type { SsoProvider, SsoProviderInput } from '../../../../../contract/sso.ts'
import { fieldErrors } from '../../../lib/problem-words.ts'
import { useRoleWords } from '../../../lib/words.ts'
import { Button } from '../../../ui/button.tsx'
import { CopyField } from '../../../ui/copy.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Checkbox, Field, Select, TextInput } from '../../../ui/field.tsx'
import { FormProblem } from '../../../ui/messages.tsx'
import { saveProvider } from './queries.ts'

const offered = MemberRole.exclude(['owner'])

type Draft = Omit<SsoProviderInput, 'domains' | 'clientSecret'> & {
  domains: string
  clientSecret: string
}

/** What Parley and the service have to know of each other. */
export function ProviderDialog({
  provider,
  returnAddress,
  onClose,
}: {
  provider: SsoProvider | null
  returnAddress: string
  onClose(): void
}) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [draft, setDraft] = useState<Draft>({
    name: provider?.name ?? '',
    issuer: provider?.issuer ?? '',
    clientId: provider?.clientId ?? '',
    clientSecret: '',
    domains: provider?.domains.join(', ') ?? '',
    newcomerRole: provider?.newcomerRole ?? null,
    trustsFactor: provider?.trustsFactor ?? false,
  })
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  const save = useMutation({
    mutationFn: () => saveProvider(provider?.id ?? null, toInput(draft)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['sign-in-providers'] })
      onClose()
    },
  })
  const errors = fieldErrors(save.error)
  const domainError = Object.entries(errors).find(([field]) => field.startsWith('domains'))?.[1]
  return (
    <Dialog
      title={provider ? t`Change the service` : t`Add a service`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Leave it</Trans>
          </Button>
          <Button look="primary" type="submit" form="sso-provider" busy={save.isPending}>
            <Trans>Check and keep</Trans>
          </Button>
        </>
      }
    >
      <form
        id="sso-provider"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <CopyField label={t`Tell the service this return address`} value={returnAddress} />
        <Connection draft={draft} set={set} errors={errors} kept={provider !== null} />
        <Field
          label={t`E-mail domains of the business`}
          hint={t`With commas between them. Nobody else’s address is taken.`}
          error={domainError}
        >
          {(wiring) => (
            <TextInput
              {...wiring}
              required
              placeholder="shop.example"
              value={draft.domains}
              onChange={(event) => set({ domains: event.target.value })}
            />
          )}
        </Field>
        <Trust draft={draft} set={set} />
        {Object.keys(errors).length === 0 && <FormProblem error={save.error} />}
      </form>
    </Dialog>
  )
}

type Part = { draft: Draft; set(change: Partial<Draft>): void }

function Connection({
  draft,
  set,
  errors,
  kept,
}: Part & { errors: Record<string, string>; kept: boolean }) {
  const { t } = useLingui()
  const secretHint = kept
    ? t`Leave it empty to keep the one there is.`
    : t`It is sealed and never shown again.`
  const fields = [
    ['name', t`Name on the button`, t`“Sign in with …”`, 'off'],
    [
      'issuer',
      t`Address of the service`,
      t`The “issuer”, for example https://accounts.google.com`,
      'url',
    ],
    ['clientId', t`Client ID`, '', 'off'],
    ['clientSecret', t`Client secret`, secretHint, 'off'],
  ] as const
  return fields.map(([key, label, hint, kind]) => (
    <Field key={key} label={label} hint={hint} error={errors[key]}>
      {(wiring) => (
        <TextInput
          {...wiring}
          type={key === 'clientSecret' ? 'password' : kind === 'url' ? 'url' : 'text'}
          autoComplete={key === 'clientSecret' ? 'new-password' : 'off'}
          required={key !== 'clientSecret' || !kept}
          value={draft[key]}
          onChange={(event) => set({ [key]: event.target.value })}
        />
      )}
    </Field>
  ))
}

function Trust({ draft, set }: Part) {
  const { t } = useLingui()
  const roles = useRoleWords()
  return (
    <>
      <Field
        label={t`Somebody of these domains who was not invited`}
        hint={t`Nobody becomes an owner this way.`}
      >
        {(wiring) => (
          <Select
            {...wiring}
            value={draft.newcomerRole ?? ''}
            onChange={({ target }) =>
              set({ newcomerRole: target.value === '' ? null : offered.parse(target.value) })
            }
          >
            <option value="">{t`may not enter`}</option>
            {offered.options.map((role) => {
              const { name } = roles[role]
              return (
                <option key={role} value={role}>
                  {t`joins as ${name}`}
                </option>
              )
            })}
          </Select>
        )}
      </Field>
      <Checkbox
        checked={draft.trustsFactor}
        onChange={(event) => set({ trustsFactor: event.target.checked })}
        label={t`Trust the service with the second factor`}
        hint={t`When it says that two factors were used (amr or acr), Parley asks for no code. Otherwise it does.`}
      />
    </>
  )
}

function toInput({ clientSecret, domains, ...rest }: Draft): SsoProviderInput {
  return {
    ...rest,
    domains: domains
      .split(/[\s,;]+/)
      .map((domain) => domain.replace(/^@/, ''))
      .filter((domain) => domain !== ''),
    ...(clientSecret !== '' && { clientSecret }),
  }
}
