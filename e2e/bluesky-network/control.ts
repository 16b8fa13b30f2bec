import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod/v4'
import type { Customers } from './customers.ts'
import type * as protocol from './protocol.ts'
import type { FaultProxy } from './proxy.ts'

type Handler = (body: unknown, query: URLSearchParams) => Promise<unknown>

const NewAccount = z.object({
  handle: z.string().min(1),
  password: z.string().optional(),
  displayName: z.string().optional(),
}) satisfies z.ZodType<protocol.NewAccount>
const NewPost = z.object({
  did: z.string(),
  text: z.string(),
  replyTo: z.string().optional(),
  quote: z.string().optional(),
  images: z
    .array(z.object({ base64: z.string(), mimeType: z.string(), alt: z.string().optional() }))
    .optional(),
  langs: z.array(z.string()).optional(),
  createdAt: z.iso.datetime().optional(),
}) satisfies z.ZodType<protocol.NewPost>
const Fault = z.object({
  mode: z.enum([
    'pass',
    'refuse',
    'cut-before-accept',
    'cut-after-accept',
    'cut-mid-answer',
    'slow',
    'late',
    'silent',
    'rate-limit',
    'expired-token',
    'answer',
    'answer-after-accept',
    'duplicate',
  ]),
  match: z.string().optional(),
  times: z.int().positive().optional(),
  delayMs: z.int().nonnegative().optional(),
  resetSeconds: z.int().nonnegative().optional(),
  status: z.int().min(200).max(599).optional(),
  error: z.string().optional(),
  message: z.string().optional(),
}) satisfies z.ZodType<protocol.Fault>
const EditPost = z.object({ uri: z.string(), text: z.string() })
const DeletePost = z.object({ uri: z.string() })
const AppPassword = z.object({ did: z.string(), name: z.string() })
const SignIns = z.object({ did: z.string() })
const Process = z.object({ timeoutMs: z.int().positive().optional() })

/**
 * The control endpoint: JSON in, JSON out, on 127.0.0.1:`port`. A body that does not parse answers
 * 400, what the network refused 422, both as `{error}`; an unknown path answers 404.
 */
export function startControl(
  port: number,
  network: {
    customers: Customers
    proxy: FaultProxy
    processAll(timeoutMs: number): Promise<void>
    revokeSignIns(did: string): Promise<number>
  },
) {
  const { customers, proxy, processAll, revokeSignIns } = network
  const routes: Record<string, Handler> = {
    'POST /accounts': (body) => customers.createAccount(NewAccount.parse(body)),
    'POST /revokeSignIns': async (body) => ({
      revoked: await revokeSignIns(SignIns.parse(body).did),
    }),
    'POST /posts': (body) => customers.post(NewPost.parse(body)),
    'GET /posts': async (_, query) => ({
      items: await customers.posts(z.string().parse(query.get('actor'))),
    }),
    'POST /edit': (body) => {
      const { uri, text } = EditPost.parse(body)
      return customers.editPost(uri, text)
    },
    'POST /delete': (body) => customers.deletePost(DeletePost.parse(body).uri),
    'POST /appPassword': async (body) => {
      const { did, name } = AppPassword.parse(body)
      return { password: await customers.createAppPassword(did, name) }
    },
    'POST /revokeAppPassword': (body) => {
      const { did, name } = AppPassword.parse(body)
      return customers.revokeAppPassword(did, name)
    },
    'POST /process': (body) => processAll(Process.parse(body).timeoutMs ?? 15_000),
    'POST /proxy': (body) => proxy.setFault(Fault.parse(body)),
    'GET /requests': async () => ({ items: proxy.requests() }),
  }
  const server = createServer((req, res) => {
    void answer(routes, req, res)
  })
  return new Promise<{ close(): void }>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () =>
      resolve({
        close() {
          server.close()
          server.closeAllConnections()
        },
      }),
    )
  })
}

async function answer(
  routes: Record<string, Handler>,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://127.0.0.1')
  const handler = routes[`${req.method} ${url.pathname}`]
  if (!handler) return send(res, 404, { error: `no ${req.method} ${url.pathname} here` })
  try {
    const body = req.method === 'POST' ? await readJson(req) : undefined
    send(res, 200, (await handler(body, url.searchParams)) ?? {})
  } catch (error) {
    const malformed = error instanceof z.ZodError || error instanceof SyntaxError
    send(res, malformed ? 400 : 422, { error: String(error) })
  }
}

async function readJson(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}')
}

function send(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
