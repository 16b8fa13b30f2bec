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
  'bg-[#dbe7f3] text-[#25476b]',
  'bg-[#e4e0f2] text-[#473a79]',
  'bg-[#f2e0dd] text-[#74362c]',
  'bg-[#dcebdd] text-[#28572f]',
  'bg-[#f0e6d2] text-[#654709]',
  'bg-[#ddeaea] text-[#1d5454]',
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
