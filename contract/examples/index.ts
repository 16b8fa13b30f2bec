import { z } from 'zod'
import { Alive, ApiDocument, Problem, Ready } from '../http.ts'
import { channelsExamples } from './channels.ts'
import { clockExamples } from './clock.ts'
import { conversationsExamples } from './conversations.ts'
import { deliveriesExamples } from './deliveries.ts'
import { departmentsExamples } from './departments.ts'
import { digestExamples } from './digest.ts'
import { eventsExamples } from './events.ts'
import { type Example, example, exampleOf } from './example.ts'
import { exportsExamples } from './exports.ts'
import { figuresExamples } from './figures.ts'
import { goodwillExamples } from './goodwill.ts'
import { mailExamples } from './mail.ts'
import { membersExamples } from './members.ts'
import { movesExamples } from './moves.ts'
import { onCallExamples } from './on-call.ts'
import { pagesExamples } from './pages.ts'
import { peopleExamples } from './people.ts'
import { privateMovesExamples } from './private-moves.ts'
import { pushExamples } from './push.ts'
import { repliesExamples } from './replies.ts'
import { routingExamples } from './routing.ts'
import { sessionExamples } from './session.ts'
import { signInExamples } from './sign-in.ts'
import { snippetsExamples } from './snippets.ts'
import { ssoExamples } from './sso.ts'
import { understandingExamples } from './understanding.ts'
import { viewsExamples } from './views.ts'
import { webhooksExamples } from './webhooks.ts'
import { websiteExamples } from './website.ts'

const problem = example(Problem, {
  type: 'about:blank',
  title: 'Bad Request',
  status: 400,
  code: 'bad-input',
  detail: 'email: is not an e-mail address',
  errors: [{ field: 'email', message: 'is not an e-mail address' }],
})

const all: readonly Example[] = [
  problem,
  example(Alive, { ok: true }),
  example(Ready, { ready: true }),
  example(ApiDocument, { openapi: '3.1.0', info: { title: 'Parley', version: '1' } }),
  ...channelsExamples,
  ...clockExamples,
  ...conversationsExamples,
  ...deliveriesExamples,
  ...departmentsExamples,
  ...digestExamples,
  ...eventsExamples,
  ...exportsExamples,
  ...figuresExamples,
  ...goodwillExamples,
  ...mailExamples,
  ...membersExamples,
  ...movesExamples,
  ...onCallExamples,
  ...pagesExamples,
  ...peopleExamples,
  ...privateMovesExamples,
  ...pushExamples,
  ...repliesExamples,
  ...routingExamples,
  ...sessionExamples,
  ...signInExamples,
  ...snippetsExamples,
  ...ssoExamples,
  ...understandingExamples,
  ...viewsExamples,
  ...webhooksExamples,
  ...websiteExamples,
]

const known = new Map(all.map(({ schema, value }) => [schema, value]))

/** What a body or an answer of this schema looks like; undefined when nobody has said so. */
export function exampleFor(schema: unknown): unknown {
  if (!(schema instanceof z.ZodType)) return undefined
  return exampleOf(known, schema)
}
