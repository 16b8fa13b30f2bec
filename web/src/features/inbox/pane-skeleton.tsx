import { useLingui } from '@lingui/react/macro'
import { Bar } from '../../ui/skeleton.tsx'

/** The shape of a conversation that is being read. */
export function PaneSkeleton() {
  const { t } = useLingui()
  return (
    <div role="status" aria-label={t`Reading the conversation`} className="flex h-full flex-col">
      <div className="flex h-14 items-center border-b border-line bg-surface px-4">
        <Bar className="w-48" />
      </div>
      <div className="flex flex-1 flex-col gap-4 bg-bg p-4">
        <Bar className="h-16 w-3/5 rounded-xl" />
        <Bar className="h-12 w-2/5 self-end rounded-xl" />
        <Bar className="h-20 w-1/2 rounded-xl" />
      </div>
    </div>
  )
}
