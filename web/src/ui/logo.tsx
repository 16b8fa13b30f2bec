/** Parley's mark: a speech bubble with two eyes on the accent. */
export function Logo({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M8 9.5h11a4 4 0 0 1 4 4V15a4 4 0 0 1-4 4h-4.6L10.5 23v-4H8z"
        className="fill-on-accent"
      />
      <circle cx="12.5" cy="14.3" r="1.4" className="fill-accent" />
      <circle cx="17.5" cy="14.3" r="1.4" className="fill-accent" />
    </svg>
  )
}
