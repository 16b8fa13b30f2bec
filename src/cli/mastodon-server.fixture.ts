import { createServer } from 'node:http'

/** As much of a Mastodon server as connecting asks for, for one token. */
export async function fakeMastodon(
  token: string,
): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const known = request.headers.authorization === `Bearer ${token}`
    const answer = answers[new URL(request.url ?? '/', 'http://x').pathname]
    const status =
      answer === undefined ? 404 : request.url?.includes('verify') && !known ? 401 : 200
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(status === 200 ? answer : { error: 'no' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : null
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

const answers: Record<string, unknown> = {
  '/api/v2/instance': {
    domain: 'practice.test',
    title: 'T',
    version: '4.5.0',
    configuration: {
      urls: {},
      statuses: { max_characters: 500, max_media_attachments: 4, characters_reserved_per_url: 23 },
      media_attachments: { supported_mime_types: ['image/png'], image_size_limit: 1_000_000 },
    },
  },
  '/api/v1/accounts/verify_credentials': {
    id: '1',
    username: 'brutaria',
    acct: 'brutaria',
    display_name: 'Brutăria',
    url: 'https://practice.test/@brutaria',
    avatar: 'https://practice.test/a.png',
  },
  '/api/v1/notifications': [],
  '/api/v1/apps/verify_credentials': { name: 'x', scopes: ['read', 'write'] },
}
