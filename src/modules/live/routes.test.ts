import { expect, it } from 'vitest'
import { openSiteWorld } from '../../../test/site-world.ts'

it('says to browsers with the stream what every other answer says', async () => {
  const world = await openSiteWorld()
  const { app } = world.parley.server
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const end = new AbortController()
  const { cookie } = world.owner
  const { status, headers } = await fetch(`${address}/api/v1/events`, {
    headers: { cookie },
    signal: end.signal,
  })
  expect(status).toBe(200)
  expect(headers.get('content-type')).toContain('text/event-stream')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  end.abort()
  await world.close()
})
