import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { ArrowLeft, Download, ExternalLink, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Person } from '../../../../contract/people.ts'
import { atHandle } from '../../lib/handles.ts'
import { personQuery } from '../../lib/queries/people.ts'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Callout, LoadProblem } from '../../ui/messages.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { Card, Page, Section } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Ago, ClockTime } from '../../ui/time.tsx'
import { Consents } from './consents.tsx'
import { EraseDialog } from './erase-dialog.tsx'
import { SuggestionRow } from './merge-suggestions.tsx'
import { Merges } from './merges.tsx'
import { NameAndTags } from './name-and-tags.tsx'
import { PersonNotes } from './person-notes.tsx'
import { WinBack } from './win-back.tsx'

/** All that is known of one customer. */
export function PersonPage() {
  const { t } = useLingui()
  const { personId } = useParams({ from: '/shell/people/$personId' })
  const person = useQuery(personQuery(personId))
  if (person.isPending)
    return (
      <Page title={t`Person`}>
        <SkeletonRows count={4} label={t`Reading the person`} />
      </Page>
    )
  if (!person.data)
    return (
      <Page title={t`Person`}>
        <LoadProblem error={person.error} onRetry={() => void person.refetch()} />
      </Page>
    )
  return <Record person={person.data} />
}

function Record({ person }: { person: Person }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [erasing, setErasing] = useState(false)
  return (
    <Page
      title={person.name}
      actions={
        <div className="flex flex-wrap gap-2">
          <Link to="/people" className={buttonLook('quiet')}>
            <ArrowLeft size={14} aria-hidden />
            <Trans>All people</Trans>
          </Link>
          {person.can.manage && (
            <>
              <a className={buttonLook()} download href={`/api/v1/people/${person.id}/export`}>
                <Download size={14} aria-hidden />
                <Trans>Export</Trans>
              </a>
              <Button look="danger" onClick={() => setErasing(true)}>
                <Trash2 size={14} aria-hidden />
                <Trans>Erase</Trans>
              </Button>
            </>
          )}
        </div>
      }
    >
      {person.erasedAt && (
        <Callout>
          <Trans>
            This person was erased <Ago at={person.erasedAt} />. When they wrote is still counted;
            what they wrote is gone.
          </Trans>
        </Callout>
      )}
      <NameAndTags key={person.id} person={person} />
      {person.suggestions.length > 0 && (
        <Section title={t`The same person, perhaps`}>
          <Card>
            <ul>
              {person.suggestions.map((pair) => (
                <SuggestionRow
                  key={`${pair.first.id} ${pair.second.id}`}
                  pair={pair}
                  keep={person.id}
                />
              ))}
            </ul>
          </Card>
        </Section>
      )}
      <Accounts person={person} />
      <WinBack person={person} />
      <Conversations person={person} />
      <PersonNotes person={person} />
      <Consents person={person} />
      <Merges person={person} />
      {erasing && (
        <EraseDialog
          person={person}
          onClose={() => setErasing(false)}
          onErased={() => void navigate({ to: '/people' })}
        />
      )}
    </Page>
  )
}

function Accounts({ person }: { person: Person }) {
  const { t } = useLingui()
  return (
    <Section title={t`Accounts`}>
      <Card>
        <ul>
          {person.identities.map((one) => (
            <li
              key={one.id}
              className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2.5 text-sm last:border-b-0"
            >
              <NetworkMark network={one.network} />
              <span className="min-w-0 break-all">{atHandle(one)}</span>
              {one.name !== person.name && <span className="text-text-3">{one.name}</span>}
              {one.profileUrl && (
                <a
                  href={one.profileUrl}
                  target="_blank"
                  rel="noreferrer"
                  className="ml-auto inline-flex min-h-6 items-center gap-1 font-medium text-accent-text hover:underline"
                >
                  <Trans>Profile</Trans>
                  <ExternalLink size={12} aria-hidden />
                </a>
              )}
            </li>
          ))}
          {person.contacts.map(({ kind, value }) => (
            <li
              key={`${kind} ${value}`}
              className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2.5 text-sm last:border-b-0"
            >
              <NetworkMark network={kind} />
              <span className="min-w-0 break-all">{value}</span>
              <span className="ml-auto text-xs text-text-3">
                <Trans>from an import</Trans>
              </span>
            </li>
          ))}
          {person.identities.length + person.contacts.length === 0 && (
            <li className="px-4 py-3 text-sm text-text-3">
              <Trans>None is known.</Trans>
            </li>
          )}
        </ul>
      </Card>
    </Section>
  )
}

function Conversations({ person }: { person: Person }) {
  const { t } = useLingui()
  return (
    <Section title={t`Conversations`}>
      <Card>
        <ul>
          {person.conversations.map((one) => (
            <li key={one.id} className="border-b border-line last:border-b-0">
              <Link
                to="/inbox/$conversationId"
                params={{ conversationId: one.id }}
                className="flex items-center gap-2 px-4 py-2.5 text-sm hover:bg-hover"
              >
                <NetworkMark network={one.network} />
                <span className="min-w-0 flex-1 truncate">{one.preview || '…'}</span>
                <ClockTime at={one.lastMessageAt} className="shrink-0 text-xs text-text-3" />
              </Link>
            </li>
          ))}
          {person.conversations.length === 0 && (
            <li className="px-4 py-3 text-sm text-text-3">
              <Trans>They have not written yet.</Trans>
            </li>
          )}
        </ul>
      </Card>
    </Section>
  )
}
