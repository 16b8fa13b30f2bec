import { i18n } from '@lingui/core'
import { loadServerWords } from './server-words.ts'

export const locales = ['en', 'ro'] as const
export type Locale = (typeof locales)[number]

const KEPT = 'parley.locale'
const catalogues = {
  en: () => import('../locales/en.po'),
  ro: () => import('../locales/ro.po'),
}
/** Words of all pages but the inbox. */
const others = {
  en: () => import('../locales/others/en.po'),
  ro: () => import('../locales/others/ro.po'),
}
let current: Locale = 'en'
let needsOthers = false

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
  const [{ messages }, more] = await Promise.all([
    catalogues[locale](),
    needsOthers ? others[locale]() : undefined,
  ])
  current = locale
  // English dates are written as in Europe: day before month, 24 hours.
  i18n.loadAndActivate({
    locale,
    locales: locale === 'en' ? ['en-GB'] : ['ro-RO'],
    messages: { ...messages, ...more?.messages },
  })
  document.documentElement.lang = locale
  // Needed when something goes wrong, not before; without them the server's own words are shown.
  loadServerWords(locale).catch(() => undefined)
}

/** Loads a page together with the words that the inbox does without. */
export function withWords<Page>(load: () => Promise<Page>): () => Promise<Page> {
  return async () => {
    needsOthers = true
    const locale = current
    const [page, { messages }] = await Promise.all([load(), others[locale]()])
    // Whoever chose another language meanwhile loaded its words, too.
    if (locale === current) i18n.load(locale, messages)
    return page
  }
}

/** Activates and remembers the reader's choice in this browser. */
export async function chooseLocale(locale: Locale): Promise<void> {
  localStorage.setItem(KEPT, locale)
  await activateLocale(locale)
}

export function isLocale(text: string): text is Locale {
  return text === 'en' || text === 'ro'
}
