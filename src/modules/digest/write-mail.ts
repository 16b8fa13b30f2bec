import { type Digest, type DigestItem, DigestSections } from '../../../contract/digest.ts'
import { escapeHtml } from '../../../contract/escape-html.ts'
import type { Goodwill } from '../../../contract/goodwill.ts'
import { mailWords } from './words.ts'

export type MailPlace = {
  business: string
  timeZone: string
  locale: 'en' | 'ro'
  publicUrl: string
}

export type WrittenMail = { subject: string; text: string; html: string }

/** The digest as a mail, in plain text and in simple HTML that says the same. Pure. */
export function writeDigestMail(
  digest: Digest,
  place: MailPlace,
  more: { day: string; stopUrl: string },
): WrittenMail {
  const words = mailWords[place.locale]
  const sections = DigestSections.options
    .map((name) => ({
      title: words.sections[name],
      lines: digest[name].map((item) => itemLine(item, name === 'overdue', place)),
    }))
    .concat({ title: words.goodwill, lines: digest.goodwill.map((act) => actLine(act, place)) })
    .filter(({ lines }) => lines.length > 0)
  const page = `${place.publicUrl}/digest`
  const text = [
    ...(sections.length === 0 ? [words.nothing] : sections.map(sectionText)),
    `${words.whole}: ${page}`,
    `${words.why} ${words.stop}: ${more.stopUrl}`,
  ].join('\n\n')
  const html = [
    ...(sections.length === 0
      ? [`<p>${escapeHtml(words.nothing)}</p>`]
      : sections.map(sectionHtml)),
    `<p>${link(page, words.whole)}</p>`,
    `<p><small>${escapeHtml(words.why)} ${link(more.stopUrl, words.stop)}</small></p>`,
  ].join('\n')
  const day = new Intl.DateTimeFormat(tag(place), { dateStyle: 'long', timeZone: 'UTC' })
  const subject = words.subject(place.business, day.format(new Date(`${more.day}T12:00:00Z`)))
  return { subject, text, html: wrap(place, html) }
}

/** The mail that calls somebody at once. Pure. */
export function writeCallMail(
  threshold: { kind: 'late' | 'waits' | 'urgent'; bound: number | null },
  place: MailPlace,
): WrittenMail {
  const words = mailWords[place.locale]
  const { kind, bound } = threshold
  const what = kind === 'urgent' ? words.urgent : words[kind](bound ?? 0)
  const page = `${place.publicUrl}/digest`
  return {
    subject: words.callSubject(place.business),
    text: [what, `${words.look}: ${page}`, words.once].join('\n\n'),
    html: wrap(
      place,
      `<p>${escapeHtml(what)}</p>\n<p>${link(page, words.look)}</p>\n<p><small>${escapeHtml(words.once)}</small></p>`,
    ),
  }
}

type Line = { head: string; words: string; url: string; act: string }

function itemLine(item: DigestItem, isDue: boolean, place: MailPlace): Line {
  const words = mailWords[place.locale]
  const about =
    item.messages !== null && item.people !== null
      ? words.heard(item.messages, item.people)
      : item.delivery !== null
        ? words.delivery[item.delivery]
        : `${isDue ? words.due : words.since} ${timeOf(item.since, place)}`
  const url = `${place.publicUrl}/inbox/${item.conversationId}?reply=open`
  return { head: `${item.person}, ${about}`, words: item.words, url, act: words.answer }
}

function actLine(act: Goodwill, place: MailPlace): Line {
  const words = mailWords[place.locale]
  const { format, fractions } = money(act.currency, place)
  const cost = act.cost === 0 ? '' : `, ${format(act.cost / 10 ** fractions)}`
  return {
    head: `${act.person}: ${words.kinds[act.kind]}${cost} (${act.byName})`,
    words: act.note,
    url: `${place.publicUrl}/inbox/${act.conversationId}?reply=open`,
    act: words.answer,
  }
}

function money(currency: string, place: MailPlace) {
  const shape = new Intl.NumberFormat(tag(place), { style: 'currency', currency })
  return {
    format: (amount: number) => shape.format(amount),
    fractions: shape.resolvedOptions().maximumFractionDigits ?? 2,
  }
}

function sectionText({ title, lines }: { title: string; lines: Line[] }): string {
  const said = lines.map(({ head, words, url, act }) =>
    [`- ${head}`, ...(words === '' ? [] : [`  ${words}`]), `  ${act}: ${url}`].join('\n'),
  )
  return [title.toUpperCase(), ...said].join('\n')
}

function sectionHtml({ title, lines }: { title: string; lines: Line[] }): string {
  const said = lines.map(
    ({ head, words, url, act }) =>
      `<li><strong>${escapeHtml(head)}</strong>${words === '' ? '' : `<br>${escapeHtml(words)}`}<br>${link(url, act)}</li>`,
  )
  return `<h2>${escapeHtml(title)}</h2>\n<ul>\n${said.join('\n')}\n</ul>`
}

function wrap({ locale }: MailPlace, body: string): string {
  return `<!doctype html>\n<html lang="${locale}"><head><meta charset="utf-8"></head><body>\n${body}\n</body></html>`
}

function link(url: string, words: string): string {
  return `<a href="${escapeHtml(url)}">${escapeHtml(words)}</a>`
}

function timeOf(at: string, place: MailPlace): string {
  const shape = { dateStyle: 'medium', timeStyle: 'short', timeZone: place.timeZone } as const
  return new Intl.DateTimeFormat(tag(place), shape).format(new Date(at))
}

function tag({ locale }: MailPlace): string {
  return locale === 'ro' ? 'ro-RO' : 'en-GB'
}
