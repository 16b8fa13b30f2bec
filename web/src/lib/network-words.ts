import { useLingui } from '@lingui/react/macro'

type Named = { networkName: string; practice: boolean; network?: string }

/**
 * How a channel's network is named: `name` on its own, `inText` within a sentence, `atStart` at the
 * beginning of one. The practice network is named for what it is, not for the network that it speaks like.
 */
export function useNetworkWords(): (channel: Named) => {
  name: string
  inText: string
  atStart: string
} {
  const { t } = useLingui()
  return ({ network, networkName, practice }) => {
    if (network === 'website')
      return {
        name: t`Website form`,
        inText: t`the conversation page`,
        atStart: t`The conversation page`,
      }
    return practice
      ? {
          name: t`Practice network`,
          inText: t`the practice network`,
          atStart: t`The practice network`,
        }
      : { name: networkName, inText: networkName, atStart: networkName }
  }
}
