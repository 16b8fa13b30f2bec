/** How far something is. `of` null: it has begun, and nobody knows how long it takes. */
export function ProgressBar({
  done,
  of,
  label,
}: {
  done: number
  of: number | null
  label: string
}) {
  const share = of === null || of === 0 ? null : Math.min(1, done / of)
  return (
    <progress
      aria-label={label}
      className="h-2 w-full overflow-hidden rounded-full bg-sunken accent-accent [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
      {...(share !== null && { value: share, max: 1 })}
    />
  )
}
