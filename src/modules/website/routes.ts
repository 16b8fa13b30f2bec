import { createSecretKey } from 'node:crypto'
import { parse } from 'node:querystring'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { deriveKey } from '../../platform/crypto.ts'
import { isDatabaseAway } from '../../platform/db-errors.ts'
import { AppError, errorCodes } from '../../platform/errors.ts'
import { answerError } from '../../platform/http-problems.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import { plainBody } from './conversation-page.ts'
import { registerConversationRoutes } from './conversation-routes.ts'
import type { SiteDeps, WebsiteDeps } from './deps.ts'
import { registerFormRoutes } from './form-routes.ts'
import { registerMemberRoutes } from './member-routes.ts'
import { createPostLimits, type PostLimits, usualLimits } from './post-limits.ts'
import { createSites } from './read-site.ts'
import { sendPage } from './send-page.ts'
import { usualForm } from './store.ts'
import { createSubmissions } from './submit-message.ts'
import { chooseLanguage, type SiteWords, siteWords } from './words.ts'

export type WebsiteRouteDeps = WebsiteDeps & {
  actorOf(request: FastifyRequest): Actor
  limits?: PostLimits
}

/** A form in bytes: the longest message in the widest letters, and some more. */
const bodyLimit = 64 * 1024

/** The website channel: its public pages, and what members see of it. */
export function registerWebsite(app: App, deps: WebsiteRouteDeps): void {
  registerMemberRoutes(app, deps)
  const siteDeps: SiteDeps = { ...deps, keys: siteKeys(deps) }
  const submissions = createSubmissions(siteDeps)
  app.addHook('onClose', () => submissions.drain())
  const countPost = createPostLimits(app, deps.limits ?? usualLimits)
  // By itself, so that no other route takes forms as browsers post them: those can be sent by any page.
  void app.register(async (scope) => {
    const site: App = scope.withTypeProvider<ZodTypeProvider>()
    site.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit },
      async (_request: FastifyRequest, body: string) =>
        // The faster of Node's two readers of forms.
        parse(body),
    )
    site.setErrorHandler(answerVisitor)
    const publicDeps = { ...siteDeps, sites: createSites(deps), submissions, countPost }
    registerFormRoutes(site, publicDeps)
    registerConversationRoutes(site, publicDeps)
  })
}

/** The keys of the public pages, each of its own. */
export function siteKeys({ keyring }: Pick<WebsiteDeps, 'keyring'>): SiteDeps['keys'] {
  return {
    form: createSecretKey(deriveKey(keyring, 'website-form')),
    thread: createSecretKey(deriveKey(keyring, 'website-thread')),
  }
}

/** What went wrong, as a page: visitors have no use for a problem document. */
function answerVisitor(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const status = statusOf(error)
  // Not a visitor's doing: a wrong name for this server, a forged request.
  if (status === 403) {
    answerError(error, request, reply)
    return
  }
  if (status >= 500)
    request.log[status === 503 ? 'warn' : 'error'](
      { err: error, requestId: request.id },
      'a public page failed',
    )
  const language = chooseLanguage(request.headers['accept-language'], usualForm.languages)
  const words = siteWords[language]
  const title = status === 404 ? words.nothingHere : words.wentWrong
  sendPage(reply, {
    status,
    language,
    title,
    accent: usualForm.accent,
    body: plainBody('', title, explanation(words, status)),
  })
}

function explanation(words: SiteWords, status: number): string {
  if (status === 404) return words.missingPage
  if (status === 413) return words.tooLarge
  if (status === 429) return words.tooMany(1)
  return status === 503 ? words.unavailable : words.nothingLost
}

function statusOf(error: unknown): number {
  if (error instanceof AppError) return errorCodes[error.code]
  if (isDatabaseAway(error)) return 503
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : null
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}
