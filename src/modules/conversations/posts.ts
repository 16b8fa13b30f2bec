import type { NetworkMessage } from '../../connectors/contract.ts'
import { cleanText, previewOf, wordsOf } from '../../platform/fold-text.ts'
import { sanitiseRemoteHtml } from '../../platform/remote-html.ts'
import { type Reading, readMessage } from '../understanding/index.ts'

/** A message with its thread known. */
export type ThreadedMessage = { message: NetworkMessage; threadKey: string }

/** A message in the newest version that its page tells, and the older ones that came with it, oldest first. */
export type Post = ThreadedMessage & { older: NetworkMessage[]; shown: Shown }

/** What is stored of a message besides what its network said; worked out once. */
export type Shown = {
  preview: string
  html: string | null
  /** What a search in messages looks through: the words of a `tsvector` without places. */
  words: string[]
  /** What kind of message it is; null: ours, which is not read. */
  reading: Reading | null
}

/** Each message of a page once, with texts that the database can hold, in the order in which they came. Pure. */
export function readPosts(threaded: readonly ThreadedMessage[]): Post[] {
  const byId = Map.groupBy(threaded.map(cleanMessage), ({ message }) => message.remoteId)
  return [...byId.values()].flatMap(sortVersions)
}

function sortVersions(versions: readonly ThreadedMessage[]): Post[] {
  const sorted = versions.toSorted((a, b) => editTime(a.message) - editTime(b.message))
  const newest = sorted.at(-1)
  if (!newest) return []
  const older = sorted
    .map(({ message }) => message)
    .filter((message) => message.version !== newest.message.version)
  return [{ ...newest, older, shown: shownOf(newest.message) }]
}

function shownOf({ text, html, contentWarning, author, mine }: NetworkMessage): Shown {
  return {
    preview: previewOf(text),
    html: html === null ? null : sanitiseRemoteHtml(html),
    words: wordsOf(`${author.displayName} ${author.handle} ${contentWarning ?? ''} ${text}`),
    reading: mine ? null : readMessage(text),
  }
}

function editTime(message: NetworkMessage): number {
  return (message.editedAt ?? message.createdAt).getTime()
}

/** What the database cannot hold (NUL, broken surrogates) never stops a customer from being heard. */
function cleanMessage({ message, threadKey }: ThreadedMessage): ThreadedMessage {
  const { author } = message
  return {
    threadKey,
    message: {
      ...message,
      text: cleanText(message.text),
      html: message.html === null ? null : cleanText(message.html),
      contentWarning: message.contentWarning === null ? null : cleanText(message.contentWarning),
      author: {
        ...author,
        handle: cleanText(author.handle),
        displayName: cleanText(author.displayName),
      },
    },
  }
}
