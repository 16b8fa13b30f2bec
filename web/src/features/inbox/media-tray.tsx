import { Trans, useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import type { Draft } from '../../../../contract/conversations.ts'
import { IconButton } from '../../ui/button.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Bar } from '../../ui/skeleton.tsx'

/** The pictures of a draft, each with the words for those who do not see it. */
export function MediaTray({
  media,
  altLimit,
  uploading,
  onChange,
}: {
  media: Draft['media']
  altLimit: number | null
  uploading: boolean
  onChange(media: Draft['media']): void
}) {
  const { t } = useLingui()
  if (media.length === 0 && !uploading) return null
  return (
    <ul className="flex flex-col gap-2 border-t border-line p-2">
      {media.map((each, index) => (
        <li key={each.id} className="flex items-start gap-2">
          <img
            src={`/api/v1/media/${each.id}`}
            alt={each.alt}
            width={64}
            height={64}
            className="size-16 shrink-0 rounded-md border border-line bg-sunken object-cover"
          />
          <label
            htmlFor={`alt-${each.id}`}
            className="flex min-w-0 flex-1 flex-col gap-0.5 text-xs text-text-3"
          >
            <span>
              {each.alt.trim() === '' ? (
                <b className="font-medium text-soon">
                  <Trans>Describe the picture for those who cannot see it</Trans>
                </b>
              ) : (
                <Trans>Description</Trans>
              )}
            </span>
            <TextArea
              id={`alt-${each.id}`}
              rows={2}
              value={each.alt}
              maxLength={altLimit ?? 5000}
              onChange={(event) =>
                onChange(media.with(index, { ...each, alt: event.target.value }))
              }
              className="resize-none text-sm"
            />
          </label>
          <IconButton
            label={t`Remove the picture`}
            onClick={() => onChange(media.toSpliced(index, 1))}
          >
            <X size={14} aria-hidden />
          </IconButton>
        </li>
      ))}
      {uploading && (
        <li
          role="status"
          aria-label={t`The picture is on its way`}
          className="flex items-center gap-2"
        >
          <Bar className="size-16 rounded-md" />
          <Bar className="w-1/3" />
        </li>
      )}
    </ul>
  )
}
