import { useLingui } from '@lingui/react/macro'

/** A file's size as people say it. Units of 1000, as disks and downloads have them. */
export function useSizeWords(): (bytes: number) => string {
  const { i18n } = useLingui()
  return (bytes) => {
    const units = ['B', 'kB', 'MB', 'GB', 'TB']
    let [size, unit] = [bytes, 0]
    while (size >= 1000 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1]
    const digits = unit > 1 && size < 100 ? 1 : 0
    return `${i18n.number(size, { maximumFractionDigits: digits })} ${units[unit]}`
  }
}
