import type { FastifyReply } from 'fastify'
import type { SiteLanguage } from '../../../contract/website.ts'
import { type Frames, type Html, policyFor, renderPage } from './html.ts'

type Sending = {
  status?: number
  language: SiteLanguage
  title: string
  accent: string
  body: Html
  /** Websites that show it in a frame; without: none may. */
  frames?: Frames
}

/** Answers a public page with the headers that keep it private and shut. */
export function sendPage(reply: FastifyReply, page: Sending): FastifyReply {
  const { status = 200, language, title, accent, body, frames = [] } = page
  if (frames.length > 0) reply.removeHeader('x-frame-options')
  return (
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policyFor(accent, frames))
      // The address is a secret. To our own form it must be told, or browsers send it with `Origin: null`.
      .header('referrer-policy', 'same-origin')
      .header('content-language', language)
      .header('vary', 'accept-language')
      .send(renderPage({ lang: language, title, accent, body, bare: frames.length > 0 }))
  )
}
