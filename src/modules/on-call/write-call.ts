import { escapeHtml } from '../../../contract/escape-html.ts'
import type { Tier } from './next-call.ts'
import type { PageRow } from './page-store.ts'
import type { Place } from './store.ts'
import { callWords } from './words.ts'

export type Call = {
  page: Pick<PageRow, 'id' | 'conversation_id' | 'severity' | 'opened_at'>
  place: Place
  tier: Tier
  /** Until somebody is called again. */
  pauseMinutes: number
  publicUrl: string
}

/** The mail that calls somebody. Nothing of the customer is in it. Pure. */
export function writeCallMail(
  { page, place, tier, pauseMinutes, publicUrl }: Call,
  token: string,
): { subject: string; text: string; html: string } {
  const words = callWords[place.locale]
  const waits = words.waits(words.severity(page.severity), timeOf(page.opened_at, place))
  const why = tier === 'owner' ? words.asOwner : words.onCall
  const link = `${publicUrl}/page/${token}`
  const open = conversationUrl(publicUrl, page)
  const next = words.next(pauseMinutes)
  const text = [
    waits,
    why,
    `${words.acknowledge}: ${link}`,
    `${words.open}: ${open}`,
    next,
    words.once,
  ].join('\n\n')
  const html = [
    `<!doctype html>\n<html lang="${place.locale}"><head><meta charset="utf-8"></head><body>`,
    `<p>${escapeHtml(waits)}</p>\n<p>${escapeHtml(why)}</p>`,
    `<p><strong>${anchor(link, words.acknowledge)}</strong></p>\n<p>${anchor(open, words.open)}</p>`,
    `<p>${escapeHtml(next)}</p>\n<p><small>${escapeHtml(words.once)}</small></p>`,
    '</body></html>',
  ].join('\n')
  return { subject: words.subject(place.name), text, html }
}

export type PushMessage = { title: string; body: string; url: string; tag: string }

/** What a browser shows. Pure. */
export function writeCallPush(
  { page, place, publicUrl }: Pick<Call, 'page' | 'place' | 'publicUrl'>,
  locale: 'en' | 'ro',
): PushMessage {
  const words = callWords[locale]
  const since = timeOf(page.opened_at, { ...place, locale })
  return {
    title: words.push.title(place.name),
    body: words.push.body(words.severity(page.severity), since),
    url: conversationUrl(publicUrl, page),
    tag: `page-${page.id}`,
  }
}

export function writeTestPush(locale: 'en' | 'ro', publicUrl: string): PushMessage {
  const { title, body } = callWords[locale].test
  return { title, body, url: `${publicUrl}/settings/on-call`, tag: 'test' }
}

export function conversationUrl(publicUrl: string, page: Pick<PageRow, 'conversation_id'>): string {
  return `${publicUrl}/inbox/${page.conversation_id}`
}

function timeOf(at: Date, { time_zone: timeZone, locale }: Place): string {
  const tag = locale === 'ro' ? 'ro-RO' : 'en-GB'
  return new Intl.DateTimeFormat(tag, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  }).format(at)
}

function anchor(url: string, words: string): string {
  return `<a href="${escapeHtml(url)}">${escapeHtml(words)}</a>`
}
