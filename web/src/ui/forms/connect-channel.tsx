import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ExternalLink } from 'lucide-react'
import { useState } from 'react'
import type { Channel, Network } from '../../../../contract/channels.ts'
import type { ChannelId } from '../../../../contract/ids.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import {
  beginConsent,
  connectChannel,
  networksQuery,
  reconnectChannel,
} from '../../lib/queries/channels.ts'
import { Button } from '../button.tsx'
import { Field, TextInput } from '../field.tsx'
import { FormProblem, LoadProblem } from '../messages.tsx'
import { NetworkMark } from '../network-mark.tsx'
import { Bar } from '../skeleton.tsx'
import { ConsentNote, NoConsentNote, OtherWay } from './consent-note.tsx'

/** The networks to choose from, each a button with its mark. */
export function NetworkChoice({ onChoose }: { onChoose(network: string): void }) {
  const { t } = useLingui()
  const networks = useQuery(networksQuery)
  if (networks.isError)
    return <LoadProblem error={networks.error} onRetry={() => void networks.refetch()} />
  if (!networks.data) return <Bar className="h-14 w-full rounded-xl" />
  return (
    <ul aria-label={t`Networks`} className="grid gap-3 sm:grid-cols-2">
      {networks.data.map((network) => (
        <li key={network.network}>
          <button
            type="button"
            onClick={() => onChoose(network.network)}
            className="flex min-h-14 w-full items-center gap-3 rounded-xl border border-line-strong px-4 py-3 text-left font-semibold hover:bg-hover"
          >
            <NetworkMark network={network.network} size={22} />
            {network.name}
          </button>
        </li>
      ))}
    </ul>
  )
}

/** The fields that a network asks for, to connect an account or to let it in again. */
export function ConnectForm({
  network,
  channelId,
  known = {},
  onConnected,
  onBack,
}: {
  network: string
  /** Set: this account is connected again. */
  channelId?: ChannelId
  known?: Record<string, string>
  onConnected(channel: Channel): void
  onBack(): void
}) {
  const client = useQueryClient()
  const described = useQuery(networksQuery).data?.find((each) => each.network === network)
  const [fields, setFields] = useState(known)
  const [byHand, setByHand] = useState(false)
  const body = { network, fields: trimmed(fields) }
  const connect = useMutation({
    mutationFn: () => (channelId ? reconnectChannel(channelId, body) : connectChannel(body)),
    onSuccess: async (channel) => {
      await client.invalidateQueries({ queryKey: ['channels'] })
      onConnected(channel)
    },
  })
  const consent = useMutation({
    mutationFn: () => beginConsent(body),
    onSuccess: (address) => window.location.assign(address),
  })
  if (!described) return <Bar className="h-40 w-full rounded-xl" />
  const offered = described.consent !== null && described.consent.standing !== 'unavailable'
  const onPage = offered && !byHand
  const act = onPage ? consent : connect
  const wanted = onPage
    ? (described.consent?.fields ?? [])
    : described.fields.map((each) => each.name)
  const errors = fieldErrors(act.error)
  const placed = wanted.some((name) => errorOf(errors, name))
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate()
      }}
    >
      {onPage ? <ConsentNote network={described} /> : <HowTo network={described} />}
      <Inputs
        network={network}
        onPage={onPage}
        fields={described.fields.filter((each) => wanted.includes(each.name))}
        values={fields}
        errors={errors}
        onChange={setFields}
      />
      {!placed && <FormProblem error={act.error} />}
      <div className="flex gap-2">
        <Button size="lg" onClick={onBack}>
          <Trans>Back</Trans>
        </Button>
        <Button type="submit" look="primary" size="lg" className="flex-1" busy={act.isPending}>
          {act.isPending && <Trans>Asking {described.name}…</Trans>}
          {!act.isPending &&
            (onPage ? (
              <Trans>Sign in on {described.name}</Trans>
            ) : network === 'website' && !channelId ? (
              <Trans>Make the form</Trans>
            ) : (
              <Trans>Connect</Trans>
            ))}
        </Button>
      </div>
      <OtherWay network={described} byHand={byHand} onChange={setByHand} />
      <NoConsentNote network={described} />
      {!onPage && described.fields.some((each) => each.secret) && (
        <p className="text-xs text-text-3">
          <Trans>
            It is kept encrypted, used only to send and receive, and never shown again to anyone.
          </Trans>
        </p>
      )}
    </form>
  )
}

function Inputs({
  network,
  onPage,
  fields,
  values,
  errors,
  onChange,
}: {
  network: string
  onPage: boolean
  fields: Network['fields']
  values: Record<string, string>
  errors: Record<string, string>
  onChange(values: Record<string, string>): void
}) {
  const labels = useFieldLabels(network, onPage)
  return fields.map((field) => (
    <Field
      key={field.name}
      label={labels[field.name] ?? field.name}
      error={errorOf(errors, field.name)}
    >
      {(wiring) => (
        <TextInput
          {...wiring}
          type={field.secret ? 'password' : 'text'}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required={!field.optional}
          placeholder={field.example}
          value={values[field.name] ?? ''}
          onChange={(event) => onChange({ ...values, [field.name]: event.target.value })}
        />
      )}
    </Field>
  ))
}

function HowTo({ network }: { network: Network }) {
  switch (network.network) {
    case 'bluesky':
      return (
        <p className="text-sm text-text-2">
          <Trans>
            Make an app password for Parley in Bluesky, under Settings, Privacy and security. Allow
            it direct messages if you want to answer those too.
          </Trans>{' '}
          <OutLink href="https://bsky.app/settings/app-passwords" />
        </p>
      )
    case 'mastodon':
      return (
        <p className="text-sm text-text-2">
          <Trans>
            On your server open Preferences, Development, New application. Allow read and write, and
            copy the access token.
          </Trans>
        </p>
      )
    case 'discord':
      return (
        <p className="text-sm text-text-2">
          <Trans>
            Make an application in Discord’s developer pages, open Bot, reset its token and copy it.
            Switch on Message Content Intent there, and add the bot to your server. The public key
            is only for webhook events; channels (by their ids, separated by commas) are those in
            which every message is for you.
          </Trans>{' '}
          <OutLink href="https://discord.com/developers/applications" />
        </p>
      )
    case 'email':
      return (
        <p className="text-sm text-text-2">
          <Trans>
            Your provider’s help names both servers. If you sign in there with a second step, make
            an app password and use it here.
          </Trans>
        </p>
      )
    case 'telegram':
      return (
        <p className="text-sm text-text-2">
          <Trans>
            In Telegram, write to BotFather, send /newbot, and copy the token that it gives you.
            Customers then write to your bot, or you add it to your group.
          </Trans>{' '}
          <OutLink href="https://t.me/BotFather" />
        </p>
      )
    case 'feed':
      return (
        <p className="text-sm text-text-2">
          <Trans>
            Paste the address of a page’s RSS or Atom feed, for example of a review site. What is
            written there comes in as messages; you answer on the site itself.
          </Trans>
        </p>
      )
    case 'website':
      return (
        <p className="text-sm text-text-2">
          <Trans>
            A form for your website. Visitors write there without an account, and read your answers
            on a private page of their own. What to copy into the website is shown afterwards.
          </Trans>
        </p>
      )
    default:
      return null
  }
}

function OutLink({ href }: { href: string }) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1 text-accent-text underline underline-offset-2"
    >
      <Trans>Open that page</Trans>
      <ExternalLink size={12} aria-hidden />
    </a>
  )
}

/** The server names a field as `handle` or `fields.handle`. */
function errorOf(errors: Record<string, string>, name: string): string | undefined {
  return errors[name] ?? errors[`fields.${name}`]
}

function trimmed(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.trim()]))
}

function useFieldLabels(network: string, onPage: boolean): Record<string, string> {
  const { t } = useLingui()
  return {
    service: t`Server`,
    server: t`Server`,
    handle: onPage ? t`Handle, or address of the server` : t`Handle`,
    identifier: t`Handle`,
    password: network === 'email' ? t`Password of the mailbox` : t`App password`,
    appPassword: t`App password`,
    token: t`Access token`,
    accessToken: t`Access token`,
    botToken: t`Bot token`,
    publicKey: t`Public key (optional)`,
    channels: t`Channel ids (optional)`,
    imap: t`Incoming mail server (IMAP)`,
    smtp: t`Outgoing mail server (SMTP)`,
    user: t`Sign-in name`,
    address:
      network === 'website'
        ? t`Address of the website`
        : t`Address to write as, if the sign-in name is none`,
    name: network === 'website' ? t`Name that visitors read` : t`Name that customers see`,
    receive: t`Polling or webhook (optional)`,
    url: t`Address of the feed`,
  }
}
