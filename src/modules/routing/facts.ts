import { z } from 'zod'
import { createOpenHours, type OpenHours } from '../reply-clock/index.ts'
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

const Day = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
const Hours = z.partialRecord(Day, z.array(z.tuple([z.string(), z.string()])))

const calendars = new Map<string, OpenHours>()
const mostCalendars = 200

/** The business's opening hours, made ready once for each set of hours. */
export function openHoursOf(workspace: { time_zone: string; hours: unknown }): OpenHours {
  const key = JSON.stringify([workspace.time_zone, workspace.hours])
  const known = calendars.get(key)
  if (known) return known
  const made = createOpenHours({
    timeZone: workspace.time_zone,
    hours: Hours.parse(workspace.hours),
    holidays: [],
  })
  if (calendars.size >= mostCalendars) calendars.clear()
  calendars.set(key, made)
  return made
}
