/** What a user agent says of itself, as far as a person would recognise it. Empty strings: unknown. */
export function browserName(userAgent: string | null): {
  browser: string
  system: string
  phone: boolean
} {
  const text = userAgent ?? ''
  return {
    browser: first(text, browsers),
    system: first(text, systems),
    phone: /Android|iPhone|Mobile/u.test(text),
  }
}

// In this order: each of the later ones is also in the text of some earlier one.
const browsers: [RegExp, string][] = [
  [/Edg\//u, 'Edge'],
  [/OPR\//u, 'Opera'],
  [/Firefox\//u, 'Firefox'],
  [/Chrome\//u, 'Chrome'],
  [/Safari\//u, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/Android/u, 'Android'],
  [/iPhone|iPad/u, 'iOS'],
  [/Windows/u, 'Windows'],
  [/Mac OS X/u, 'macOS'],
  [/CrOS/u, 'ChromeOS'],
  [/Linux/u, 'Linux'],
]

function first(text: string, names: readonly [RegExp, string][]): string {
  return names.find(([pattern]) => pattern.test(text))?.[1] ?? ''
}
