import { useLingui } from '@lingui/react/macro'
import { useRef, useState } from 'react'
import type { Draft } from '../../../../contract/conversations.ts'
import type { Limits } from '../../../../contract/limits.ts'
import { uploadMedia } from '../../lib/queries/conversations.ts'

/** Adds pictures to a draft within the network's limits. `take` answers whether there was a file at all. */
export function useAttach(
  limits: Limits,
  media: Draft['media'],
  onChange: (media: Draft['media']) => void,
) {
  const { t } = useLingui()
  const [waiting, setWaiting] = useState(0)
  const [problem, setProblem] = useState<unknown>(null)
  const newest = useRef(media)
  newest.current = media

  async function add(file: File): Promise<void> {
    setWaiting((count) => count + 1)
    try {
      const uploaded = await uploadMedia(file)
      newest.current = [...newest.current, { id: uploaded.id, alt: '' }]
      onChange(newest.current)
    } catch (error) {
      setProblem(error)
    } finally {
      setWaiting((count) => count - 1)
    }
  }

  function refusal(file: File, place: number): string | null {
    const { max, imageTypes } = limits.media
    if (place >= max) return t`This network takes ${max} pictures at most.`
    if (!imageTypes.includes(file.type))
      return t`This network does not take ${file.name}: it is not a picture of a kind it knows.`
    return null
  }

  function take(files: FileList): boolean {
    setProblem(null)
    Array.from(files).forEach((file, index) => {
      const why = refusal(file, media.length + waiting + index)
      if (why) setProblem(why)
      else void add(file)
    })
    return files.length > 0
  }

  return { take, busy: waiting > 0, problem }
}
