/** What a person never does: fills a field that is not shown, writes nothing but links, the same to many. */
export type SpamSigns = { trap: string; text: string; seenBefore: number }

const mostLinks = 5
/** The same longer text from other visitors within `memoryMs` is one too many after this often. */
const mostRepeats = 3
const link = /(?:https?:\/\/|www\.)\S+/giu

/** Why a submission is kept aside for an operator; null: it is let through. Pure. */
export function spamReason({ trap, text, seenBefore }: SpamSigns): string | null {
  if (trap !== '') return 'It looks like spam: a field that people do not see was filled in.'
  const links = text.match(link)?.length ?? 0
  const letters = text.replace(link, '').match(/\p{L}/gu)?.length ?? 0
  if (links > 0 && letters < 3) return 'It looks like spam: it is nothing but links.'
  if (links > mostLinks) return `It looks like spam: it has ${links} links.`
  if (seenBefore >= mostRepeats)
    return `It looks like spam: ${seenBefore} others sent the same words within minutes.`
  return null
}

const memoryMs = 10 * 60_000
const mostRemembered = 5000
const shortestCounted = 20

export type Repeats = {
  count(channelId: string, threadId: string, text: string, now: Date): number
}

/**
 * Remembers in this process who sent which words lately, to see the same ones come from many. Short texts
 * („Hello, are you open?”) are everybody's and are not counted.
 */
export function createRepeats(): Repeats {
  // Two halves, and the older is dropped as a whole: a map that loses its first entry again and again is slow.
  let young = new Map<string, Seen>()
  let old = new Map<string, Seen>()
  return {
    /** How many other conversations sent these words on this channel within the last minutes. */
    count(channelId, threadId, text, now) {
      const words = text
        .toLowerCase()
        .replace(/[\s\d]+/gu, ' ')
        .trim()
      if (words.length < shortestCounted) return 0
      const key = `${channelId} ${words}`
      const known = young.get(key) ?? old.get(key)
      const fresh = known && now.getTime() - known.at < memoryMs ? known.threads : new Set<string>()
      fresh.add(threadId)
      if (young.size >= mostRemembered / 2) {
        old = young
        young = new Map()
      }
      young.set(key, { threads: fresh, at: now.getTime() })
      return fresh.size - 1
    },
  }
}

type Seen = { threads: Set<string>; at: number }
