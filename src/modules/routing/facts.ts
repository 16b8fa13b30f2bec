import type { MessageKind } from '../../../contract/understanding.ts'
import { readMessage } from '../understanding/index.ts'
import { type Facts, foldWords } from './choose-route.ts'

/** What is known of a conversation's first message. */
export type Opening = {
  channelId: string
  network: string
  language: string | null
  visibility: 'public' | 'private'
  text: string
  contentWarning: string | null
  /** As it is kept of the message; null: it is read here. */
  kind: MessageKind | null
}

/** The facts that rules look at; used alike for what comes in and for what is tried. */
export function factsOf(
  opening: Opening,
  known: { hasOpenConversation: boolean; isOpen: boolean },
): Facts {
  const { channelId, network, language, visibility, text, contentWarning, kind } = opening
  return {
    channelId,
    network,
    language,
    visibility,
    kind: kind ?? readMessage(text).kind,
    words: foldWords(`${contentWarning ?? ''} ${text}`),
    ...known,
  }
}
