import { Trans, useLingui } from '@lingui/react/macro'
import { FileDown, FileQuestion } from 'lucide-react'
import type { Message } from '../../../../contract/conversations.ts'

type Media = Message['media'][number]

/** The pictures, films and sounds of a message, with the words that describe them. */
export function MediaStrip({ media }: { media: readonly Media[] }) {
  if (media.length === 0) return null
  return (
    <ul className={media.length > 1 ? 'grid grid-cols-2 gap-1.5' : 'grid'}>
      {media.map((each) => (
        <li key={each.sourceUrl} className="flex flex-col gap-1">
          <Piece media={each} />
          {each.alt && (
            <p className="line-clamp-2 text-xs text-text-3" title={each.alt}>
              {each.alt}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}

function Piece({ media }: { media: Media }) {
  const { t } = useLingui()
  const alt = media.alt ?? ''
  if (media.path === null && media.filePath !== null)
    return <SavedFile path={media.filePath} media={media} />
  if (media.path === null)
    return (
      <a
        href={media.sourceUrl}
        target="_blank"
        rel="noreferrer"
        className="flex items-center gap-2 rounded-lg border border-line bg-sunken px-3 py-2 text-sm text-accent-text"
      >
        <FileQuestion size={16} aria-hidden />
        <Trans>Cannot be shown here. Open it where it is.</Trans>
      </a>
    )
  switch (media.kind) {
    case 'image':
      return (
        <a href={media.path} target="_blank" rel="noreferrer" className="block">
          <img
            src={media.path}
            alt={alt || t`Picture without a description`}
            {...shownSize(media)}
            loading="lazy"
            className="h-auto max-w-full rounded-lg border border-line bg-sunken object-cover"
          />
        </a>
      )
    case 'video':
      return (
        // biome-ignore lint/a11y/useMediaCaption: the networks send none; the description stands below.
        <video
          src={media.path}
          controls
          preload="none"
          aria-label={alt}
          className="max-h-80 rounded-lg bg-sunken"
        />
      )
    case 'audio':
      return (
        // biome-ignore lint/a11y/useMediaCaption: the networks send none; the description stands below.
        <audio src={media.path} controls preload="none" aria-label={alt} className="w-full" />
      )
    case 'other':
      return (
        <a href={media.path} className="text-sm text-accent-text underline" download>
          <Trans>Download the file</Trans>
        </a>
      )
  }
}

/** A file that is not shown here: strangers' files are opened, if at all, by a program that expects them. */
function SavedFile({ path, media }: { path: string; media: Media }) {
  const { i18n, t } = useLingui()
  const size =
    media.bytes === null
      ? null
      : i18n.number(Math.max(1, Math.round(media.bytes / 1000)), {
          style: 'unit',
          unit: 'kilobyte',
        })
  return (
    <a
      href={path}
      download
      className="flex items-center gap-2 rounded-lg border border-line bg-sunken px-3 py-2 text-sm text-accent-text"
    >
      <FileDown size={16} aria-hidden className="shrink-0" />
      <span className="min-w-0 truncate">{media.name ?? t`A file without a name`}</span>
      {size && <span className="shrink-0 text-xs text-text-3">{size}</span>}
    </a>
  )
}

/** At most 320 px high, and known before the picture is there, so that nothing jumps when it comes. */
function shownSize({ width, height }: Media): { width: number; height: number } {
  if (!width || !height) return { width: 320, height: 240 }
  const scale = Math.min(1, 320 / height)
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}
