import { useLingui } from '@lingui/react/macro'
import type { Limits, TextLimits, TextUnit } from '../../../contract/limits.ts'

export type LimitRow = { name: string; words: string[] }

/** What fits, in words: a row for each kind of limit, with its unit. */
export function useLimitWords(): (limits: Limits) => LimitRow[] {
  const { t, i18n } = useLingui()
  const textWords = useTextWords()
  return (limits) => {
    const { max, imageBytes, imageTypes, altText } = limits.media
    const size = i18n.number(megabytes(imageBytes), { maximumFractionDigits: 1 })
    const kinds = imageTypes.map((type) => type.replace('image/', '').toUpperCase()).join(', ')
    const count = i18n.number(max)
    const letters = i18n.number(altText ?? 0)
    const pictures =
      max === 0
        ? [t`None`]
        : [t`At most ${count} in a reply`, t`Up to ${size} MB each`, ...(kinds ? [kinds] : [])]
    return [
      { name: t`Public reply`, words: textWords(limits.public) },
      {
        name: t`Private reply`,
        words: limits.private ? textWords(limits.private) : [t`Not possible here`],
      },
      { name: t`Pictures`, words: pictures },
      ...(max === 0
        ? []
        : [
            {
              name: t`Description of a picture`,
              words: [altText === null ? t`Of any length` : t`${letters} characters`],
            },
          ]),
    ]
  }
}

/** As the network says it: some count in 1000s, some in 1024s, and a whole number tells which. */
function megabytes(bytes: number): number {
  const binary = bytes / 1024 / 1024
  return Number.isInteger(binary) ? binary : bytes / 1_000_000
}

function useTextWords(): (limits: TextLimits) => string[] {
  const { t, i18n } = useLingui()
  const unitWords = useUnitWords()
  return (limits) => {
    const urls = i18n.number(limits.urlLength ?? 0)
    return [
      ...limits.text.map(({ max, unit }) => unitWords(i18n.number(max), unit)),
      ...(limits.urlLength === null ? [] : [t`Every link counts as ${urls}`]),
      ...(limits.mentionsWithoutServer ? [t`Of a person only the first part counts: @name`] : []),
      ...(limits.countsContentWarning ? [t`A content warning counts too`] : []),
    ]
  }
}

function useUnitWords(): (count: string, unit: TextUnit) => string {
  const { t } = useLingui()
  return (count, unit) => {
    switch (unit) {
      case 'graphemes':
        return t`${count} characters, as a reader counts them`
      case 'utf16-units':
        return t`${count} characters; most emoji count as two`
      case 'utf8-bytes':
        return t`${count} bytes; letters like ș and emoji take more than one`
      case 'weighted':
        return t`${count} characters, as the network weighs them`
    }
  }
}
