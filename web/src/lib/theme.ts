export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const KEPT = 'parley.theme'

export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEPT)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

export function chooseTheme(theme: Theme): void {
  const root = document.documentElement
  if (theme === 'system') {
    localStorage.removeItem(KEPT)
    delete root.dataset.theme
  } else {
    localStorage.setItem(KEPT, theme)
    root.dataset.theme = theme
  }
}
