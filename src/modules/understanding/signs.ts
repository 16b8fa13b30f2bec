import { hashWord } from './hash.ts'

/** Surface signs of a message, which mean the same in every language. The order is that of the stored weights. */
export const signs = [
  'asks',
  'asks-again',
  'asks-last',
  'begins-asking',
  'begins-asking-and-asks',
  'exclaims',
  'exclaims-much',
  'shouts',
  'drawls',
  'happy-emoji',
  'unhappy-emoji',
  'laughing-emoji',
  'number',
  'pleased',
  'very-pleased',
  'not-pleased',
  'upset',
  'very-upset',
  'not-upset',
  'troubled',
  'very-troubled',
  'not-troubled',
  'pleased-only',
  'denies',
  'trails-off',
  'no-words',
  'one-word',
  'few-words',
  'short',
  'middling',
  'long',
  'very-long',
] as const

/** What a message shows on its surface: found by `readFeatures`, told apart by name, weighed by place. */
export type Sign = (typeof signs)[number]

/** What a word of the lexicon speaks of. */
export type Mood = 'pleased' | 'upset' | 'troubled'

/** How many words, at most, belong to each of the signs of length. */
export const lengths: readonly (readonly [number, Sign])[] = [
  [0, 'no-words'],
  [1, 'one-word'],
  [3, 'few-words'],
  [8, 'short'],
  [16, 'middling'],
  [45, 'long'],
  [Number.POSITIVE_INFINITY, 'very-long'],
]

/** Words that open a question or a request, folded, in English and Romanian. */
export const asking: ReadonlySet<number> = hashes(`
  what when where who whom whose which why how can could may might would will shall should do does did is are was
  were has have any anyone anybody please
  ce cand unde cine cui care de cum cat cata cati cate pot poti poate puteti putem ati as am vreau doresc dori stie
  stiti exista aveti mai se rog oare cumva`)

/** Words that come before the beginning, folded: „Bună ziua, aveți…” begins with „aveți”. */
export const greeting: ReadonlySet<number> = hashes(`
  hello hi hey dear good morning afternoon evening day
  buna ziua seara dimineata salut salutare neata alo stimata stimate domnule doamna`)

/** Words that turn what follows into its opposite, folded. */
export const negating: ReadonlySet<number> = hashes(`
  no not never none nobody nothing without hardly cannot cant couldnt dont doesnt didnt isnt arent wasnt werent wont
  wouldnt havent hasnt hadnt shouldnt aint
  nu n nici niciun nicio niciodata nimic nimeni fara deloc`)

/** Emoji and what they show, by code point. */
export const emoji: ReadonlyMap<number, Sign> = new Map([
  ...classed(
    '😀😃😄😁😊🙂😍🥰😘😗😙😚🤗🤩😇😋👍👏🙏🙌💪👌❤♥💕💖💗💙💚💛💜🧡💐🌹🎉🥳✨⭐🌟💯😎☺🤝',
    'happy-emoji',
  ),
  ...classed('😡😠🤬👎😞😢😭😤😒🙄😔😟🙁☹😩😫💔🤮🤢💩😖😣🤦😑😐😕🖕😓😥😾', 'unhappy-emoji'),
  ...classed('😂🤣😆😅😉😜😝😛🤪', 'laughing-emoji'),
])

function classed(characters: string, sign: Sign): [number, Sign][] {
  return Array.from(characters, (character) => [character.codePointAt(0) ?? 0, sign])
}

function hashes(words: string): Set<number> {
  return new Set(words.trim().split(/\s+/).map(hashWord))
}
