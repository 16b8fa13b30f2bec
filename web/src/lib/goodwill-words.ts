import { useLingui } from '@lingui/react/macro'
import type { GoodwillKind } from '../../../contract/goodwill.ts'

export function useGoodwillWords(): Record<GoodwillKind, string> {
  const { t } = useLingui()
  return {
    gift: t`Gift`,
    fix: t`Fix beyond duty`,
    'kind-word': t`Kind word`,
    other: t`Something else`,
  }
}

/** How many digits of a currency stand after the point: 2 of euro, 0 of yen. */
export function fractionsOf(currency: string): number {
  const shape = new Intl.NumberFormat('en', { style: 'currency', currency })
  return shape.resolvedOptions().maximumFractionDigits ?? 2
}

/** An amount in minor units as money in the reader's language. */
export function useMoney(): (cost: number, currency: string) => string {
  const { i18n } = useLingui()
  return (cost, currency) =>
    i18n.number(cost / 10 ** fractionsOf(currency), { style: 'currency', currency })
}
