import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { Language } from '../scenarios/types.ts'
import { type Html, html, trusted } from './html.ts'
import { style } from './style.ts'
import { wordsFor } from './words.ts'

/** Watches for news; never reloads under somebody who is writing. Without scripts the page works
 * the same, and is refreshed by hand. */
const watch = `
let seen; const busy = () => [...document.querySelectorAll('textarea,input[type=text]')].some((f) => f.value !== f.defaultValue) || /^(TEXTAREA|INPUT|SELECT)$/.test(document.activeElement.tagName) || document.querySelector('details[open]');
setInterval(async () => { if (document.hidden) return; try { const pulse = await (await fetch('/pulse')).text(); if (seen !== undefined && seen !== pulse) { if (busy()) document.getElementById('fresh').hidden = false; else location.reload(); } else seen = pulse } catch (error) { document.getElementById('fresh').dataset.away = String(error) } }, 2000)`

/** Sends a whole page with its headers. */
export function sendPageHtml(reply: FastifyReply, page: Page): FastifyReply {
  const t = wordsFor(page.language)
  const nonce = randomBytes(16).toString('base64')
  const formAction = page.formsLeave ? '' : "; form-action 'self'"
  reply.header(
    'content-security-policy',
    `default-src 'none'; img-src 'self'; connect-src 'self'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'${formAction}`,
  )
  reply.header('referrer-policy', 'same-origin')
  const script = page.live
    ? html`<p id="fresh" role="status" hidden><a href="" class="card">${t.fresh}</a></p>
      <script nonce="${nonce}">${trusted(watch)}</script>`
    : ''
  const other = page.language === 'en' ? 'ro' : 'en'
  const document = html`<!doctype html><html lang="${page.language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${page.title}</title>
<link rel="icon" href="/avatars/shop.png"><style nonce="${nonce}">${trusted(style)}</style></head><body>
<a class="skip" href="#main">${t.skip}</a>
<header><h1><a href="/?lang=${page.language}">${t.title}</a></h1><span class="soft">${t.lead}</span>
<nav><a href="?lang=${other}" hreflang="${other}" lang="${other}">${other === 'ro' ? 'Română' : 'English'}</a></nav></header>
<main id="main">${script}${page.body}</main></body></html>`
  return reply.type('text/html; charset=utf-8').send(document.html)
}

type Page = {
  title: string
  language: Language
  body: Html
  /** watch for news */
  live?: boolean
  /** a form here is answered by a redirect to another site */
  formsLeave?: boolean
}
