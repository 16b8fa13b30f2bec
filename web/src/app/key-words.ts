/** How a key is written on this machine: `⌘K` on a Mac, `Ctrl K` elsewhere. */
export function keyWords(keys: string): string {
  const mac = navigator.platform.startsWith('Mac')
  const name = keys.replace('mod+', mac ? '⌘' : 'Ctrl ')
  return keys.startsWith('mod+') ? name.replace(/[a-z]$/, (letter) => letter.toUpperCase()) : name
}
