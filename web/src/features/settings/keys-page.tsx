import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import type { Key } from '../../../../contract/members.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Badge, EmptyState, FormProblem, LoadProblem } from '../../ui/messages.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Ago } from '../../ui/time.tsx'
import { NewKeyDialog } from './new-key-dialog.tsx'
import { keysQuery, revokeKey } from './queries.ts'

/** Keys with which programs use the API. */
export function KeysPage() {
  const { t } = useLingui()
  const keys = useQuery(keysQuery)
  const [making, setMaking] = useState(false)
  const open = keys.data?.filter((key) => key.revokedAt === null) ?? []
  return (
    <Page
      title={t`API keys`}
      intro={t`With a key a program may do what you allow it, without a person's password.`}
      actions={
        <Button look="primary" onClick={() => setMaking(true)}>
          <Plus size={14} aria-hidden />
          <Trans>New key</Trans>
        </Button>
      }
    >
      <Card>
        {keys.isPending && <SkeletonRows count={2} label={t`Reading the keys`} />}
        {keys.isError && !keys.data && (
          <LoadProblem error={keys.error} onRetry={() => void keys.refetch()} />
        )}
        {keys.isSuccess && open.length === 0 && (
          <EmptyState icon={KeyRound} title={t`No keys yet`}>
            <Trans>
              Make one when a shop, a script or another tool should read or answer through Parley.
            </Trans>
          </EmptyState>
        )}
        <ul>
          {open.map((key) => (
            <KeyRow key={key.id} apiKey={key} />
          ))}
        </ul>
      </Card>
      {making && <NewKeyDialog onClose={() => setMaking(false)} />}
    </Page>
  )
}

function KeyRow({ apiKey }: { apiKey: Key }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const revoke = useMutation({
    mutationFn: () => revokeKey(apiKey.id),
    onSuccess: () => setAsking(false),
    onSettled: () => client.invalidateQueries({ queryKey: ['keys'] }),
  })
  return (
    <li className="flex flex-wrap items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
          {apiKey.name}{' '}
          <code className="font-mono text-xs font-normal text-text-3">{apiKey.hint}</code>
        </p>
        <p className="flex flex-wrap items-center gap-1 pt-0.5 text-xs text-text-3">
          {apiKey.scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
          {apiKey.lastUsedAt ? (
            <span>
              <Trans>
                last used <Ago at={apiKey.lastUsedAt} />
              </Trans>
            </span>
          ) : (
            <span>{t`never used`}</span>
          )}
        </p>
      </div>
      <Button
        size="sm"
        look="danger"
        onClick={() => setAsking(true)}
        aria-label={t`Revoke ${apiKey.name}`}
      >
        <Trans>Revoke</Trans>
      </Button>
      {asking && (
        <Confirm
          title={t`Revoke ${apiKey.name}?`}
          act={t`Revoke`}
          busy={revoke.isPending}
          onConfirm={() => revoke.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>
            <Trans>
              Programs that use it are refused from the next request on. This cannot be undone.
            </Trans>
          </p>
          <FormProblem error={revoke.error} />
        </Confirm>
      )}
    </li>
  )
}
