import { classes } from './classes.ts'

/** A grey bar in the place of words that are being read. */
export function Bar({ className }: { className?: string }) {
  return (
    <span aria-hidden className={classes('block h-3 animate-pulse rounded bg-line', className)} />
  )
}

/** Rows of the shape that a list will have. */
export function SkeletonRows({ count, label }: { count: number; label: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col">
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move.
        <div key={index} className="flex h-20 items-center gap-3 border-b border-line px-3">
          <span aria-hidden className="size-8 shrink-0 animate-pulse rounded-full bg-line" />
          <span className="flex flex-1 flex-col gap-2">
            <Bar className="w-2/5" />
            <Bar className="w-4/5" />
          </span>
        </div>
      ))}
    </div>
  )
}
