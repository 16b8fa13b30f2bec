import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { SavedView } from '../../../../contract/views.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { useMe } from '../../lib/queries/session.ts'
import { changeView, removeView, restoreView, viewsQuery } from '../../lib/queries/views.ts'
import { toast } from '../../lib/toasts.ts'
import { IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, TextInput } from '../../ui/field.tsx'
import { LoadProblem } from '../../ui/messages.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'

/** All saved views that one sees: renaming, sharing, removing (with Undo). */
export function ViewsDialog({ onClose }: { onClose(): void }) {
  const { t } = useLingui()
  const views = useQuery(viewsQuery)
  return (
    <Dialog title={t`Saved views`} onClose={onClose}>
      {views.isPending && <SkeletonRows count={3} label={t`Reading the views`} />}
      {views.isError && !views.data && (
        <LoadProblem error={views.error} onRetry={() => void views.refetch()} />
      )}
      {views.data?.length === 0 && (
        <p className="text-sm text-text-3">
          <Trans>No view is saved. Filter the list and save it here under a name.</Trans>
        </p>
      )}
      <ul className="flex flex-col gap-3">
        {views.data?.map((view) => (
          <ViewRow key={view.id} view={view} />
        ))}
      </ul>
    </Dialog>
  )
}

function ViewRow({ view }: { view: SavedView }) {
  const { t } = useLingui()
  const { may } = useMe()
  const words = useProblemWords()
  const client = useQueryClient()
  const [name, setName] = useState(view.name)
  const onSettled = () => client.invalidateQueries({ queryKey: ['views'] })
  const onError = (error: Error) => toast(words(error), { tone: 'problem' })
  const change = useMutation({
    mutationFn: (next: { name?: string; shared?: boolean }) => changeView(view.id, next),
    onError,
    onSettled,
  })
  const restore = useMutation({ mutationFn: () => restoreView(view.id), onError, onSettled })
  const remove = useMutation({
    mutationFn: () => removeView(view.id),
    onSuccess: () =>
      toast(t`The view ${view.name} is removed.`, {
        action: { label: t`Undo`, run: () => restore.mutate() },
      }),
    onError,
    onSettled,
  })
  if (!view.can.change)
    return (
      <li className="flex items-center gap-2 text-sm">
        <span className="flex-1 truncate">{view.name}</span>
        <span className="text-xs text-text-3">{t`for the whole team`}</span>
      </li>
    )
  const rename = () => name.trim() !== '' && name !== view.name && change.mutate({ name })
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <TextInput
        aria-label={t`Name of the view ${view.name}`}
        value={name}
        maxLength={80}
        className="min-w-0 flex-1 basis-40"
        onChange={(event) => setName(event.target.value)}
        onBlur={rename}
        onKeyDown={(event) => event.key === 'Enter' && rename()}
      />
      {may('assign') && (
        <Checkbox
          label={t`For the whole team`}
          checked={view.shared}
          onChange={(event) => change.mutate({ shared: event.target.checked })}
        />
      )}
      <IconButton label={t`Remove the view ${view.name}`} onClick={() => remove.mutate()}>
        <Trash2 size={16} aria-hidden />
      </IconButton>
    </li>
  )
}
