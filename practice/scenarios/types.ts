import type { PhotoName } from '../pictures.ts'

export const languages = ['en', 'ro'] as const
export type Language = (typeof languages)[number]

/** One sentence said in several ways; the seed chooses. */
export type Words = Record<Language, readonly string[]>

/** One story. All delays are seconds at pace 1. */
export type Scenario = {
  name: string
  title: Record<Language, string>
  about: Record<Language, string>
  voices: readonly Voice[]
}

/** One customer's part in it. */
export type Voice = { after: number; turn: Turn }

/** Something a customer says, and what comes of it. */
export type Turn = {
  text: Words
  visibility?: 'public' | 'unlisted' | 'private' | 'direct'
  spoiler?: Words
  photo?: { name: PhotoName; description: Record<Language, string> }
  edit?: { after: number; text: Words }
  remove?: { after: number }
  /** when the shop has not answered for so long */
  ifSilent?: { after: number; turn: Turn }
  /** tried in order; the first that fits the shop's answer is taken */
  whenAnswered?: readonly Answer[]
}

export type Answer = {
  /** fits answers with one of these words (any case) */
  ifSays?: Record<Language, readonly string[]>
  /** fits answers that ask something */
  ifAsks?: true
  after: number
  favourite?: true
  follow?: true
  turn?: Turn
}
