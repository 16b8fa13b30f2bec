import { classes } from './classes.ts'

/** The first letters of a name on a quiet ground; the same name always has the same ground. */
export function Avatar({ name, size = 32 }: { name: string; size?: 20 | 24 | 32 | 48 }) {
  const sizes = {
    20: 'size-5 text-[10px]',
    24: 'size-6 text-[11px]',
    32: 'size-8 text-xs',
    48: 'size-12 text-lg',
  }
  return (
    <span
      aria-hidden
      className={classes(
        'inline-flex shrink-0 items-center justify-center rounded-full font-semibold select-none',
        sizes[size],
        grounds[hash(name) % grounds.length],
      )}
    >
      {initials(name)}
    </span>
  )
}

const grounds = [
  'bg-[light-dark(#dbe7f3,#25476b)] text-[light-dark(#25476b,#dbe7f3)]',
  'bg-[light-dark(#e4e0f2,#473a79)] text-[light-dark(#473a79,#e4e0f2)]',
  'bg-[light-dark(#f2e0dd,#74362c)] text-[light-dark(#74362c,#f2e0dd)]',
  'bg-[light-dark(#dcebdd,#28572f)] text-[light-dark(#28572f,#dcebdd)]',
  'bg-[light-dark(#f0e6d2,#654709)] text-[light-dark(#654709,#f0e6d2)]',
  'bg-[light-dark(#ddeaea,#1d5454)] text-[light-dark(#1d5454,#ddeaea)]',
]

function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = words[0] ?? ''
  const last = words.length > 1 ? (words.at(-1) ?? '') : ''
  return `${[...first][0] ?? '?'}${[...last][0] ?? ''}`.toUpperCase()
}

function hash(text: string): number {
  let sum = 0
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
  return sum
}
