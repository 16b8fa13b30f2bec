import { type Facts, foldWords } from './choose-route.ts'

/** What is known of a conversation's first message. */
export type Opening = {
  channelId: string
  network: string
  language: string | null
  visibility: 'public' | 'private'
  text: string
  contentWarning: string | null
}

/** The facts that rules look at; used alike for what comes in and for what is tried. */
export function factsOf(
  opening: Opening,
  known: { hasOpenConversation: boolean; isOpen: boolean },
): Facts {
  const { channelId, network, language, visibility, text, contentWarning } = opening
  return {
    channelId,
    network,
    language,
    visibility,
    words: foldWords(`${contentWarning ?? ''} ${text}`),
    ...known,
  }
}
