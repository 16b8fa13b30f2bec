import { i18n } from '@lingui/core'

export const locales = ['en', 'ro'] as const
export type Locale = (typeof locales)[number]

const KEPT = 'parley.locale'
const catalogues = {
  en: () => import('../locales/en.po'),
  ro: () => import('../locales/ro.po'),
}
let current: Locale = 'en'

export function currentLocale(): Locale {
  return current
}

/** The language chosen in this browser; without a choice the browser's own, English when it is neither. */
export function preferredLocale(): Locale {
  const kept = localStorage.getItem(KEPT)
  if (kept !== null && isLocale(kept)) return kept
  for (const tag of navigator.languages) {
    const language = tag.slice(0, 2)
    if (isLocale(language)) return language
  }
  return 'en'
}

export function hasChosenLocale(): boolean {
  return localStorage.getItem(KEPT) !== null
}

/** Loads the catalogue and shows the interface in it. */
export async function activateLocale(locale: Locale): Promise<void> {
  const { messages } = await catalogues[locale]()
  current = locale
  // English dates are written as in Europe: day before month, 24 hours.
  i18n.loadAndActivate({ locale, locales: locale === 'en' ? ['en-GB'] : ['ro-RO'], messages })
  document.documentElement.lang = locale
}

/** Activates and remembers the reader's choice in this browser. */
export async function chooseLocale(locale: Locale): Promise<void> {
  localStorage.setItem(KEPT, locale)
  await activateLocale(locale)
}

export function isLocale(text: string): text is Locale {
  return text === 'en' || text === 'ro'
}
