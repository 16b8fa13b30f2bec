import { stat } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { makeProblem, sendProblem } from './http-problems.ts'
import { methodsOf, type Route } from './http-routes.ts'

const notBuilt =
  'Parley is running, but its web app is not built yet. Start it with "npm start", which builds it. The API is at /api/openapi.json.\n'

/**
 * Answers what no route does: files of the built web app, its page for every other address outside /api,
 * and problem documents for the rest (404, 405).
 */
export async function serveWeb(
  app: FastifyInstance,
  root: string,
  routes: readonly Route[],
): Promise<void> {
  await app.register(fastifyStatic, { root, serve: false })
  app.setNotFoundHandler(async (request, reply) => {
    const path = pathOf(request)
    const allowed = methodsOf(routes, path)
    if (allowed.length > 0) {
      reply.header('allow', allowed.join(', '))
      sendProblem(
        reply,
        makeProblem(405, 'method-not-allowed', `${path} does not answer ${request.method}.`),
      )
      return reply
    }
    const asksForPage = request.method === 'GET' || request.method === 'HEAD'
    if (!asksForPage || isApi(path)) {
      sendProblem(reply, makeProblem(404, 'not-found', 'There is nothing at this address.'))
      return reply
    }
    return sendWeb(root, path, request, reply)
  })
}

async function sendWeb(
  root: string,
  path: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const file = normalize(path).replace(/^\/+/, '')
  if (file !== '' && !file.split('/').includes('..') && (await isFile(join(root, file)))) {
    // Vite puts a hash of the content into the names of assets.
    const lasting = file.startsWith('assets/')
    reply.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache')
    return reply.sendFile(file, { cacheControl: false })
  }
  const wantsPage = path === '/' || (request.headers.accept ?? '').includes('text/html')
  if (!wantsPage) {
    sendProblem(reply, makeProblem(404, 'not-found', 'There is nothing at this address.'))
    return reply
  }
  reply.header('cache-control', 'no-store')
  if (await isFile(join(root, 'index.html')))
    return reply.sendFile('index.html', { cacheControl: false })
  return reply.code(503).type('text/plain; charset=utf-8').send(notBuilt)
}

function isApi(path: string): boolean {
  return path === '/api' || path.startsWith('/api/')
}

function pathOf(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0] ?? '/'
  try {
    return decodeURIComponent(path)
  } catch {
    // A malformed escape names no file of ours.
    return path
  }
}

async function isFile(path: string): Promise<boolean> {
  if (path.includes('\0')) return false
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
