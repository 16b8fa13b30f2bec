import { type ComponentType, createElement, lazy, Suspense } from 'react'
import { withWords } from '../../lib/i18n.ts'

// What opens only now and then is loaded when it opens: the inbox itself stays small.

export const BulkBar = late(() => import('./bulk-bar.tsx').then((module) => module.BulkBar))
export const CollisionDialog = late(() =>
  import('./collision-dialogs.tsx').then((module) => module.CollisionDialog),
)
export const WarnedDialog = late(() =>
  import('./collision-dialogs.tsx').then((module) => module.WarnedDialog),
)
export const DecisionDialog = late(() =>
  import('./decision-dialog.tsx').then((module) => module.DecisionDialog),
)
export const GoodwillDialog = late(() =>
  import('./goodwill-dialog.tsx').then((module) => module.GoodwillDialog),
)
export const HandOverDialog = late(() =>
  import('./hand-over-dialog.tsx').then((module) => module.HandOverDialog),
)
export const MergeDialog = late(() =>
  import('./merge-dialog.tsx').then((module) => module.MergeDialog),
)
export const MoveLine = late(() => import('./move-line.tsx').then((module) => module.MoveLine))
export const PrivateDialog = late(() =>
  import('./private-dialog.tsx').then((module) => module.PrivateDialog),
)
export const PrivateLine = late(() =>
  import('./private-line.tsx').then((module) => module.PrivateLine),
)
export const PageCard = late(() =>
  withWords(() => import('../../ui/calls/page-card.tsx'))().then((module) => module.PageCard),
)
export const SnoozeDialog = late(() =>
  import('./snooze-dialog.tsx').then((module) => module.SnoozeDialog),
)
export const SplitDialog = late(() =>
  import('./split-dialog.tsx').then((module) => module.SplitDialog),
)
export const TooAlike = late(() => import('./too-alike.tsx').then((module) => module.TooAlike))

function late<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const Part = lazy(async () => ({ default: await load() }))
  return function Late(props: Props) {
    return <Suspense fallback={null}>{createElement<Props>(Part, props)}</Suspense>
  }
}
