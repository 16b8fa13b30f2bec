import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ExternalLink } from 'lucide-react'
import { useState } from 'react'
import type { ChannelId } from '../../../../contract/ids.ts'
import type { SiteLanguage, WebsiteView } from '../../../../contract/website.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import { saveWebsite, websiteQuery } from '../../lib/queries/website.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { Field, Select, TextArea, TextInput } from '../../ui/field.tsx'
import { FormProblem, LoadProblem } from '../../ui/messages.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'

/** What to copy into the website, and how its form looks. */
export function WebsiteForm({ channelId, open }: { channelId: ChannelId; open: boolean }) {
  const { t } = useLingui()
  const website = useQuery(websiteQuery(channelId))
  return (
    <details open={open || undefined} className="border-t border-line">
      <summary className="flex min-h-9 items-center px-4 text-sm font-medium text-text-2">
        <Trans>What to copy into the website, and how the form looks</Trans>
      </summary>
      <div className="flex flex-col gap-6 px-4 pt-2 pb-5">
        {website.isPending && <SkeletonRows count={2} label={t`Reading the form`} />}
        {website.isError && !website.data && (
          <LoadProblem error={website.error} onRetry={() => void website.refetch()} />
        )}
        {website.data && <Snippets view={website.data} />}
        {website.data?.can.manage && <Looks channelId={channelId} view={website.data} />}
      </div>
    </details>
  )
}

function Snippets({ view }: { view: WebsiteView }) {
  const { t } = useLingui()
  const { script, link, form } = view.snippets
  return (
    <div className="flex flex-col gap-4">
      <a
        href={view.page}
        target="_blank"
        rel="noreferrer"
        className="inline-flex min-h-6 items-center gap-1 self-start text-sm font-medium text-accent-text hover:underline"
      >
        <Trans>See the form</Trans>
        <ExternalLink size={12} aria-hidden />
      </a>
      <Snippet label={t`A button that opens the form on your page`} code={script} />
      <Snippet label={t`A link, without any script`} code={link} />
      <Snippet label={t`A form in your own page, without any script`} code={form} />
    </div>
  )
}

function Snippet({ label, code }: { label: string; code: string }) {
  return (
    <div className="flex flex-col items-start gap-1.5">
      <div className="w-full">
        <Field label={label}>
          {(wiring) => (
            <TextArea
              {...wiring}
              readOnly
              rows={Math.min(code.split('\n').length + 1, 8)}
              value={code}
              className="w-full font-mono text-xs"
              onFocus={(event) => event.currentTarget.select()}
            />
          )}
        </Field>
      </div>
      <CopyButton value={code} />
    </div>
  )
}

function Looks({ channelId, view }: { channelId: ChannelId; view: WebsiteView }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [accent, setAccent] = useState(view.accent)
  const [greeting, setGreeting] = useState(view.greeting)
  const [languages, setLanguages] = useState(view.languages.join(','))
  const save = useMutation({
    mutationFn: () =>
      saveWebsite(channelId, { accent, greeting, languages: languages.split(',').map(asLanguage) }),
    onSuccess: (saved) => {
      client.setQueryData(websiteQuery(channelId).queryKey, saved)
      toast(t`The form is saved. Visitors see it within seconds.`)
    },
  })
  const errors = fieldErrors(save.error)
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t`Colour`} error={errors.accent}>
          {(wiring) => (
            <TextInput
              {...wiring}
              type="color"
              className="w-20 p-1"
              value={accent}
              onChange={(event) => setAccent(event.target.value)}
            />
          )}
        </Field>
        <Field label={t`Languages of the form`} error={errors.languages}>
          {(wiring) => (
            <Select
              {...wiring}
              value={languages}
              onChange={(event) => setLanguages(event.target.value)}
            >
              <option value="en,ro">{t`English, or Romanian for who reads it`}</option>
              <option value="ro,en">{t`Romanian, or English for who reads it`}</option>
              <option value="en">{t`English only`}</option>
              <option value="ro">{t`Romanian only`}</option>
            </Select>
          )}
        </Field>
      </div>
      {(['en', 'ro'] as const)
        .filter((language) => languages.includes(language))
        .map((language) => (
          <Field
            key={language}
            label={
              language === 'en'
                ? t`Words above the form, in English`
                : t`Words above the form, in Romanian`
            }
            optional={t`if ours do not suit you`}
            error={errors[`greeting.${language}`]}
          >
            {(wiring) => (
              <TextArea
                {...wiring}
                rows={2}
                maxLength={500}
                value={greeting[language]}
                onChange={(event) => setGreeting({ ...greeting, [language]: event.target.value })}
              />
            )}
          </Field>
        ))}
      {Object.keys(errors).length === 0 && <FormProblem error={save.error} />}
      <Button type="submit" look="primary" className="self-start" busy={save.isPending}>
        <Trans>Save the form</Trans>
      </Button>
    </form>
  )
}

function asLanguage(name: string): SiteLanguage {
  return name === 'ro' ? 'ro' : 'en'
}
