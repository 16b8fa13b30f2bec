import type { SiteLanguage } from '../../../contract/website.ts'
import { faultList, hiddenFields, messageField } from './form-page.ts'
import { type Html, html } from './html.ts'
import type { Fault } from './input.ts'
import type { Site } from './read-site.ts'
import type { Said } from './store.ts'
import { type SiteWords, siteWords } from './words.ts'

type Shown = { site: Site; language: SiteLanguage; said: readonly Said[] }

/** What stands where the visitor can go on writing; null: it is shown to a member, or the form is closed. */
type Continue = { action: string; ticket: string; typed: string; faults: readonly Fault[] }

/** The visitor's page: everything that was said, and a field to say more. */
export function conversationBody(
  { site, language, said }: Shown,
  more: Continue | 'closed' | 'member',
): Html {
  const words = siteWords[language]
  const last = said.at(-1)
  const waits = last === undefined || last.author === 'customer'
  return html`<header><p>${site.name}</p></header><main>
<h1>${words.conversation(site.name)}</h1>
${more === 'member' ? html`<div class="note"><p>${words.asVisitor}</p></div>` : null}
${waits && more !== 'closed' ? html`<div class="note" role="status"><p>${last ? words.arrived : words.waitsForLook} ${words.answersWithin(site.promise)}</p></div>` : null}
<ol>${said.map((one) => saidItem(words, site, language, one))}</ol>
${typeof more === 'object' ? continueForm(words, more, waits) : null}
${more === 'closed' ? html`<p>${words.closed}</p>` : null}
<p class="soft">${words.private}</p></main>`
}

/** After the form was sent: it has arrived, and this is where the answer will stand. */
export function arrivedBody(
  { site, language }: Omit<Shown, 'said'>,
  { address, framed, mailed }: { address: string; framed: boolean; mailed: boolean },
): Html {
  const words = siteWords[language]
  return html`<header><p>${site.name}</p></header><main>
<h1>${words.arrived}</h1>
<p>${words.answersWithin(site.promise)}</p>
<p>${words.yourPage}</p>
<p><a class="link" href="${address}"${framed ? html` target="_blank" rel="noopener"` : null}>${address}</a></p>
<p class="soft">${mailed ? words.keepLinkMail : words.keepLink}</p>
<p><a class="button" href="${address}"${framed ? html` target="_blank" rel="noopener"` : null}>${words.openPage}</a></p></main>`
}

/** A page that says why there is nothing else on it. */
export function plainBody(name: string, title: string, text: string): Html {
  return html`${name ? html`<header><p>${name}</p></header>` : null}<main><h1>${title}</h1><p>${text}</p></main>`
}

function continueForm(words: SiteWords, more: Continue, waits: boolean): Html {
  const { action, ticket, faults } = more
  const typed = { message: more.typed }
  return html`${waits ? html`<p><a href="${action}">${words.look}</a></p>` : null}
<h2>${words.continueTitle}</h2>${faultList(words, faults)}
<form method="post" action="${action}">${messageField(words.message, { typed, faults })}
${hiddenFields(words, ticket)}<button type="submit">${words.send}</button></form>`
}

function saidItem(words: SiteWords, site: Site, language: SiteLanguage, said: Said): Html {
  const mine = said.author === 'customer'
  const time = new Intl.DateTimeFormat(language === 'ro' ? 'ro-RO' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: site.timeZone,
  }).format(said.at)
  return html`<li class="said${mine ? ' mine' : ''}"><p class="soft"><b>${mine ? words.you : site.name}</b> · <time datetime="${said.at.toISOString()}">${time}</time></p><p>${said.text}</p></li>`
}
